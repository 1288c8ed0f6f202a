import Comparison
import Files
import ModelFiles
import Tensor

/// A file with weights: a model, or arrays without an architecture.
public enum AnyModelFile: Sendable {
  case model(ModelFile)
  case weights(WeightsFile)

  /// Opens a file; what has no architecture, and gets none, is weights.
  ///
  /// - Parameters:
  ///   - path: a model, weights, a folder, or a list of shards; the format is told by the content.
  ///   - architecture: for weights, a file with their architecture.
  ///   - limits: what the files may ask for.
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  public init(
    opening path: String, architecture: String? = nil, limits: ReadingLimits = ReadingLimits()
  ) throws(ModelFileError) {
    try self.init(
      reading: try ModelInput.opening(path, architecture, limits), scratch: ScratchFile(), limits: limits)
  }

  package init(
    reading input: ModelInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) {
    do throws(ModelFileError) {
      self = .model(try ModelFile(reading: input, scratch: scratch, limits: limits))
    } catch {
      guard input.companion == nil, error.isAboutMissingArchitecture(of: input) else { throw error }
      self = .weights(try WeightsFile(reading: input, limits: limits))
    }
  }

  /// Plans to write it in another format, or with weights of another type.
  ///
  /// - Parameters:
  ///   - format: of the new file.
  ///   - type: of the weights that are floating-point numbers; nil to leave each as it is.
  ///   - version: of the release of Keras 2 that shall load it; nil for the one that wrote it.
  /// - Throws: `ModelFileError` where the other format cannot hold it.
  public func converted(
    to format: ModelFormat, type: ElementType? = nil, version: ByteString? = nil
  ) throws(ModelFileError) -> ConvertedFile {
    switch self {
    case .model(let file): return try ConvertedFile(file, to: format, type: type, version: version)
    case .weights(let file):
      guard version == nil else {
        throw ModelFileError(
          .conversion("weights without an architecture are of no release of Keras"), file: file.path)
      }
      return try ConvertedFile(file, to: format, type: type)
    }
  }

  /// What differs in another file, layer by layer and array by array.
  ///
  /// - Throws: `FileError` where elements cannot be read.
  public func difference(to other: AnyModelFile) throws(FileError) -> ModelDifference {
    switch (self, other) {
    case (.model(let file), .model(let second)):
      try ModelDifference(
        file.contents.parts() + file.contents.otherParts, second.contents.parts() + second.contents.otherParts
      )
    default: try ModelDifference(namedParts, other.namedParts)
    }
  }

  private var namedParts: [ModelPart] {
    switch self {
    case .model(let file): ModelPart.parts(of: file.contents.parts().flatMap(\.arrays))
    case .weights(let file): file.parts
    }
  }

  /// Checks the checksums of everything that has one.
  ///
  /// - Throws: `ModelFileError` where something is damaged.
  public func verifyChecksums() throws(ModelFileError) {
    if case .model(let file) = self { try file.verifyChecksums() }
  }

  /// The size of the file.
  package var byteCount: Int {
    switch self {
    case .model(let file): file.byteCount
    case .weights(let file): file.byteCount
    }
  }

  /// Bytes of all its arrays, decoded.
  package var arrayBytes: Int {
    switch self {
    case .model(let file): file.arrayBytes
    case .weights(let file): file.byteCount
    }
  }
}

extension WeightsFile {
  var parts: [ModelPart] { ModelPart.parts(of: dictionary.arrays) }
}
