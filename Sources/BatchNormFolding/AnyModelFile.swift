import Bytes
import Comparison
import Elements
import Files
import ModelFormats
import StateDictionaryFormat

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
    let opened = try OpenedInput(reading: input, limits: limits)
    self =
      Self.isWithoutGraph(opened)
      ? .weights(try WeightsFile(opened, limits: limits))
      : .model(try ModelFile(opened, scratch: scratch, limits: limits))
  }

  private static func isWithoutGraph(_ opened: OpenedInput) -> Bool {
    guard opened.input.companion == nil else { return false }
    return switch Formats.recognition(of: opened) {
    case .model, .incomplete: false
    case .weights: opened.input.form == .single
    case .foreign: true
    }
  }

  /// Plans to write it in another format, or with weights of another type.
  ///
  /// - Parameters:
  ///   - format: of the new file.
  ///   - type: of the weights that are floating-point numbers; nil to leave each as it is.
  ///   - version: of the release of the framework that shall load it; nil for the one that wrote it.
  /// - Throws: `ModelFileError` where the other format cannot hold it.
  public func converted(
    to format: FileFormat, type: ElementType? = nil, version: ByteString? = nil
  ) throws(ModelFileError) -> ConvertedFile {
    try converted(to: ConversionTarget(format: format, type: type, release: version))
  }

  /// Plans to write it in another format, or in another way.
  ///
  /// - Throws: `ModelFileError` where the other format cannot hold it.
  package func converted(to target: ConversionTarget) throws(ModelFileError) -> ConvertedFile {
    let pending: any PendingFile<ModelDifference>
    switch self {
    case .model(let file): pending = try file.source.converted(to: target)
    case .weights(let file):
      guard target.release == nil else {
        throw ModelFileError(WeightsConversionRule.noRelease, file: file.path)
      }
      pending = try file.source.converted(to: target.format, type: target.type)
    }
    return ConvertedFile(original: self, pending: pending)
  }

  /// What differs in another file, layer by layer and array by array.
  ///
  /// - Throws: `FileError` where elements cannot be read.
  public func difference(to other: AnyModelFile) throws(FileError) -> ModelDifference {
    switch (self, other) {
    case (.model(let file), .model(let second)):
      try ModelDifference(
        file.source.parts + file.source.otherParts, second.source.parts + second.source.otherParts
      )
    default: try ModelDifference(namedParts, other.namedParts)
    }
  }

  private var namedParts: [ModelPart] {
    switch self {
    case .model(let file): ModelPart.parts(of: file.source.parts.flatMap(\.arrays))
    case .weights(let file): file.source.parts
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
