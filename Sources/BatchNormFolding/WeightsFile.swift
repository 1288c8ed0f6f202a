import Equivalence
import Files
import Folding
import ModelFiles
import StateDictionaries
import Tensor

/// Weights without a graph, as PyTorch users have them in safetensors files, or arrays at any path of an HDF5 file.
///
/// ```swift
/// let file = try WeightsFile(opening: "resnet50.safetensors")
/// for line in file.proposal().yaml(for: file.path) { print(line) }
/// ```
public struct WeightsFile: Sendable {
  /// The path as it was given.
  public var path: String { input.model.path }
  let container: WeightsContainer
  let dictionary: StateDictionary
  let input: ModelInput
  let limits: ReadingLimits

  /// Opens a file and reads its header.
  ///
  /// - Throws: `ModelFileError`, which names the file, the tensor and the broken rule.
  public init(opening path: String, limits: ReadingLimits = ReadingLimits()) throws(ModelFileError) {
    try self.init(reading: try ModelInput.opening(path, nil, limits), limits: limits)
  }

  package init(reading input: ModelInput, limits: ReadingLimits) throws(ModelFileError) {
    self.input = input
    self.limits = limits
    container = try WeightsContainer(reading: input, limits: limits)
    dictionary = StateDictionary(container.arrays)
  }

  /// The size of the file.
  package var byteCount: Int { input.byteCount }

  /// The number of tensors.
  public var tensorCount: Int { dictionary.names.count }

  /// The number of elements of all tensors.
  public var parameterCount: Int { dictionary.parameterCount }

  /// All tensors, in the order in which they lie in the file.
  public var tensors: [TensorDescription] {
    dictionary.arrays.map { TensorDescription(name: $0.name, elementType: $0.elementType, shape: $0.shape) }
  }

  /// Proposes what to fold, by families of networks whose code is known.
  ///
  /// - Parameters:
  ///   - configuration: the text of the `config.json` beside the weights.
  ///   - outcome: what becomes of the batch normalizations.
  public func proposal(
    configuration: [UInt8]? = nil, outcome: PlannedFold.Outcome = .remove
  ) -> WeightPlan {
    PlanProposal(for: dictionary, configuration: configuration, outcome: outcome).plan
  }

  /// Applies a plan; nothing is written.
  ///
  /// - Throws: `ModelFileError` where the plan does not fit, or where the file cannot be read.
  public func fold(by plan: WeightPlan) throws -> FoldedWeights {
    do {
      return FoldedWeights(original: self, application: try PlanApplication(of: plan, to: dictionary))
    } catch let error as PlanMismatch {
      throw ModelFileError(.plan("\(error)"), file: path)
    } catch let error as FileError {
      throw ModelFileError(error)
    }
  }
}

/// A tensor of weights without a graph, as `bnfold inspect` shows it.
public struct TensorDescription: Sendable, Codable {
  public let name: ByteString
  public let elementType: ElementType
  public let shape: Shape
}

/// Weights folded by a plan, not yet written.
public struct FoldedWeights: Sendable {
  /// The file that they come from.
  public let original: WeightsFile
  let application: PlanApplication

  /// What became of each batch normalization.
  public var ledger: Ledger { application.ledger }

  /// What a user should know of the files, a sentence each.
  public var notes: [String] { original.container.notes }

  /// Writes into an empty file that is open for reading and writing.
  ///
  /// - Parameter path: its name, for errors.
  package func write(into descriptor: Int32, named path: String) throws(ModelFileError) {
    do throws(ModelFileError.Rule) {
      try original.container.write(application, to: descriptor)
    } catch {
      let error = ModelFileError(error, file: original.path)
      throw error.isWriteFailure ? ModelFileError(error.rule, file: path) : error
    }
  }

  /// Reads a written file back and compares every element with what had to be written.
  ///
  /// - Throws: `OutputError` if anything is different.
  package func readBack(_ file: InputFile, limits: ReadingLimits) throws -> WeightsFile {
    let written = try readingBack(file) { () throws(ModelFileError) in
      try WeightsFile(reading: ModelInput(model: file), limits: limits)
    }
    guard try original.container.isWritten(application, in: written.container) else {
      throw OutputError(.doesNotReadBack("its arrays are others"), path: file.path)
    }
    return written
  }

  /// Proves that a written file computes the same as the original.
  package func compare(with written: WeightsFile) throws -> EquivalenceReport {
    try original.verify(written, plan: application.plan)
  }
}
