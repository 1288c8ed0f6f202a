import Bytes
import Comparison
import Elements
import Equivalence
import Files
import ModelFormats

/// A file with weights and no graph, open for reading.
public struct StateDictionaryFile: Sendable {
  public let dictionary: StateDictionary
  let container: WeightsContainer
  /// The path as it was given.
  let path: String
  let limits: ReadingLimits

  /// Takes what has been opened.
  ///
  /// - Parameters:
  ///   - opened: safetensors, shards of it, or HDF5 with arrays at any path.
  ///   - limits: what the file may ask for.
  /// - Throws: `ModelFileError`, which names the file, the tensor and the broken rule.
  public init(_ opened: OpenedInput, limits: ReadingLimits) throws(ModelFileError) {
    self.limits = limits
    path = opened.input.model.path
    container = try WeightsContainer(opened, limits: limits)
    dictionary = StateDictionary(container.arrays)
  }

  /// Opens a file that has just been written.
  init(readingBack file: InputFile, limits: ReadingLimits) throws(ModelFileError) {
    try self.init(try OpenedInput(reading: ModelInput(model: file), limits: limits), limits: limits)
  }

  /// The format of the file.
  public var format: FileFormat { container.contents == nil ? .safetensors : .wholeHDF5 }

  /// The arrays as parts that can be compared.
  public var parts: [ModelPart] { ModelPart.parts(of: dictionary.arrays) }

  /// The weights folded by a plan, not yet written.
  ///
  /// - Throws: `ModelFileError` where the plan does not fit or the file cannot be read.
  public func folded(by plan: WeightPlan) throws -> PlannedWeights {
    do {
      return try fitting { PlannedWeights(self, try PlanApplication(of: plan, to: dictionary)) }
    } catch let error as FileError {
      throw ModelFileError(error)
    }
  }

  /// Proves by a plan that folded weights compute the same as these, or finds what differs.
  ///
  /// - Throws: `ModelFileError` where the plan does not fit or weights cannot be read.
  public func verify(_ folded: StateDictionaryFile, plan: WeightPlan) throws -> EquivalenceReport {
    try fitting {
      try PlanVerification(of: plan, original: dictionary, folded: folded.dictionary).report()
    }
  }

  /// The weights in another format, or of another type, not yet written.
  ///
  /// - Throws: `ModelFileError` where the other format cannot hold them.
  public func converted(
    to format: FileFormat, type: ElementType?
  ) throws(ModelFileError) -> any PendingFile<ModelDifference> {
    try WeightsConversion(of: self, to: format, type: type)
  }

  private func fitting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as PlanMismatch {
      throw ModelFileError(error, file: path)
    }
  }
}

/// Weights folded by a plan, not yet written.
public struct PlannedWeights: PendingFile {
  private let original: StateDictionaryFile
  public let application: PlanApplication

  init(_ original: StateDictionaryFile, _ application: PlanApplication) {
    (self.original, self.application) = (original, application)
  }

  public var notes: [String] { original.container.notes }
  public var hasSeparateArchitecture: Bool { false }

  public func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    do throws(ModelFileError.Rule) {
      try original.container.write(application, to: descriptor)
    } catch {
      let error = ModelFileError(error, file: original.path)
      throw error.isWriteFailure ? ModelFileError(error.rule, file: path) : error
    }
  }

  public func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    throw ModelFileError(.separateArchitecture, file: path)
  }

  public func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> StateDictionaryFile {
    let written = try opening(files[0]) { () throws(ModelFileError) in
      try StateDictionaryFile(readingBack: files[0], limits: original.limits)
    }
    guard try original.container.isWritten(application, in: written.container) else {
      throw OutputError(.doesNotReadBack("its arrays are others"), path: files[0].path)
    }
    return written
  }
}
