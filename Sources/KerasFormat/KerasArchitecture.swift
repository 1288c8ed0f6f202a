import Bytes
import LosslessJSON
import ModelFormats
import ModelGraph

/// The architecture of a model as Keras writes it: `model.to_json()`, `config.json` or the attribute `model_config`.
public struct KerasArchitecture: Sendable {
  /// The graph, whose layers have no weights yet.
  public let graph: Graph
  /// The text, with the place of each value.
  let document: JSONDocument
  /// Where the parts of the graph stand in the text.
  let source: GraphSource

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: JSON, as Python writes it.
  ///   - generation: of the Keras that wrote it.
  ///   - limits: of the text.
  ///   - file: the file that it is from, for errors.
  /// - Throws: `ModelFileError` where it is no JSON, or no architecture.
  public init(
    parsing text: ByteString, generation: KerasGeneration, limits: ReadingLimits, file: String
  ) throws(ModelFileError) {
    let text = try ArchitectureText(text, version: nil, file: file, place: "model_config", limits: limits)
    try self.init(of: text, generation: generation, trusted: TrustedClasses(limits.trustedClasses))
  }

  init(
    of text: ArchitectureText, generation: KerasGeneration, trusted: TrustedClasses
  ) throws(ModelFileError) {
    document = text.document
    do throws(ArchitectureError) {
      (graph, source) = try GraphReader(
        generation: generation, frozenLayersInfer: generation.frozenLayersInfer(version: text.version ?? ""),
        trusted: trusted
      ).readModel(document.root)
    } catch {
      throw ModelFileError(error.rule, file: text.file, place: error.place ?? "\(text.place)")
    }
  }
}
