import Bytes
import Files
import Folding
import Glibc
import ModelFormats
import ModelGraph

/// A model file, open for reading.
///
/// ```swift
/// let file = try ModelFile(opening: "resnet50.h5")
/// let folded = try file.fold()
/// print(folded.ledger.folded.count)
/// let report = try folded.write(to: "resnet50.folded.h5")
/// ```
public struct ModelFile: Sendable {
  /// The path as it was given.
  public var path: String { input.model.path }
  let source: any ModelSource
  let input: ModelInput
  let limits: ReadingLimits
  /// The graph where it is no longer the file's.
  private var editedGraph: Graph?

  /// Opens a file and reads its architecture; weights are read when they are needed.
  ///
  /// The file is parsed in this process. A caller that handles files of strangers runs the command line instead, which does
  /// that in a process of its own.
  ///
  /// - Parameters:
  ///   - path: a whole model (`.h5`, `.keras`), weights, a folder, or a list of shards; the content tells the format.
  ///   - architecture: for weights, a file with their architecture: the text of `model.to_json()`, or another model.
  ///   - limits: what the file may ask for.
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  public init(
    opening path: String, architecture: String? = nil, limits: ReadingLimits = ReadingLimits()
  ) throws(ModelFileError) {
    let input = try ModelInput.opening(path, architecture, limits)
    try self.init(reading: input, scratch: ScratchFile(), limits: limits)
  }

  /// - Parameter scratch: an empty file for weights that are compressed as a whole; nil if there is none.
  package init(
    reading input: ModelInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) {
    try self.init(
      try OpenedInput(reading: input, limits: limits), scratch: scratch, limits: limits)
  }

  /// Takes what has been opened.
  package init(
    _ opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) {
    input = opened.input
    self.limits = limits
    source = try Formats.open(opened, scratch: scratch, limits: limits)
  }

  /// The same file with another graph, made from its own.
  init(_ file: ModelFile, graph: Graph) {
    input = file.input
    limits = file.limits
    source = file.source
    editedGraph = graph
  }

  /// Checks the checksums of everything that has one, as members of archives do.
  ///
  /// - Throws: `ModelFileError` where something is damaged.
  public func verifyChecksums() throws(ModelFileError) { try source.verifyChecksums() }

  /// The size of the file.
  package var byteCount: Int { input.byteCount }

  /// Bytes of all its arrays, decoded.
  package var arrayBytes: Int { source.arrayBytes }

  /// The number of all layers, those of inner models among them.
  public var layerCount: Int { model.graph.layerCount }

  /// The graph and the place of its weights.
  public var model: Model { Model(graph: editedGraph ?? source.graph, weights: source) }

  /// The name of the framework that wrote the file.
  public var framework: String { source.framework }

  /// The version of the framework that wrote the file; empty where it does not say.
  public var frameworkVersion: ByteString { source.frameworkVersion }

  /// The first of the trusted classes that the model does not have; nil where it has all of them.
  public var trustedClassThatIsMissing: ByteString? { source.trustedClassThatIsMissing }

  /// Whether the file holds an optimizer's state.
  public var hasOptimizerState: Bool { source.hasOptimizerState }

  /// Whether the file holds a training configuration.
  public var hasTrainingConfiguration: Bool { source.hasTrainingConfiguration }

  /// Finds out what can be folded; neither the file nor this value changes.
  ///
  /// - Parameter options: which rules may be used, and what has to stay.
  /// - Throws: `ModelFileError` where weights cannot be read, `UnknownLayer` for a layer to skip that there is not.
  public func fold(_ options: FoldOptions = FoldOptions()) throws -> FoldedModel {
    let plan = try FoldPlanner.plan(model, constraints: source.foldConstraints, options: options)
    let known = plan.ledger.entries.map(\.layer)
    if let name = options.skipped.subtracting(known).min() {
      throw UnknownLayer(name: name, file: path, known: known)
    }
    return FoldedModel(original: self, plan: plan)
  }

  /// Whether two paths mean the same file, by whatever names, be it there or not yet.
  public static func areSame(_ first: String, _ second: String) -> Bool {
    guard let left = FileIdentity(first), let right = FileIdentity(second) else { return false }
    return left == right
  }
}

extension ModelInput {
  /// Opens the files of a model.
  static func opening(
    _ path: String, _ architecture: String?, _ limits: ReadingLimits
  ) throws(ModelFileError) -> ModelInput {
    let input = try ModelInput(opening: path, companion: architecture, limit: limits.fileBytes)
    let names = try input.externalFiles(limits: limits)
    return try input.opening(externalFiles: names, limit: limits.fileBytes)
  }
}
