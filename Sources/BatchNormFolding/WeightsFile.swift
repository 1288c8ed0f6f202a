import Bytes
import Elements
import Equivalence
import Files
import Folding
import ModelFormats
import StateDictionaryFormat

/// Weights without a graph, as PyTorch users have them in safetensors files, or arrays at any path of an HDF5 file.
///
/// ```swift
/// let file = try WeightsFile(opening: "resnet50.safetensors")
/// for line in file.proposal().yaml(for: file.path) { print(line) }
/// ```
public struct WeightsFile: Sendable {
  /// The path as it was given.
  public var path: String { input.model.path }
  let source: StateDictionaryFile
  let input: ModelInput
  let limits: ReadingLimits

  /// Opens a file and reads its header.
  ///
  /// - Throws: `ModelFileError`, which names the file, the tensor and the broken rule.
  public init(opening path: String, limits: ReadingLimits = ReadingLimits()) throws(ModelFileError) {
    try self.init(reading: try ModelInput.opening(path, nil, limits), limits: limits)
  }

  package init(reading input: ModelInput, limits: ReadingLimits) throws(ModelFileError) {
    try self.init(try OpenedInput(reading: input, limits: limits), limits: limits)
  }

  /// Takes what has been opened.
  package init(_ opened: OpenedInput, limits: ReadingLimits) throws(ModelFileError) {
    guard Formats.recognition(of: opened) != .model else {
      throw ModelFileError(.needsNoPlan, file: opened.input.model.path)
    }
    input = opened.input
    self.limits = limits
    source = try StateDictionaryFile(opened, limits: limits)
  }

  /// The size of the file.
  package var byteCount: Int { input.byteCount }

  /// The number of tensors.
  public var tensorCount: Int { source.dictionary.names.count }

  /// The number of elements of all tensors.
  public var parameterCount: Int { source.dictionary.parameterCount }

  /// All tensors, in the order in which they lie in the file.
  public var tensors: [TensorDescription] {
    source.dictionary.arrays.map {
      TensorDescription(name: $0.name, elementType: $0.elementType, shape: $0.shape)
    }
  }

  /// Proposes what to fold, by families of networks whose code is known.
  ///
  /// - Parameters:
  ///   - configuration: the text of the `config.json` beside the weights.
  ///   - outcome: what becomes of the batch normalizations.
  public func proposal(
    configuration: [UInt8]? = nil, outcome: PlannedFold.Outcome = .remove
  ) -> WeightPlan {
    PlanProposal(for: source.dictionary, configuration: configuration, outcome: outcome).plan
  }

  /// Applies a plan; nothing is written.
  ///
  /// - Throws: `ModelFileError` where the plan does not fit, or where the file cannot be read.
  public func fold(by plan: WeightPlan) throws -> FoldedWeights {
    FoldedWeights(original: self, pending: try source.folded(by: plan))
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
  /// The file that will be written.
  package let pending: PlannedWeights

  /// What became of each batch normalization.
  public var ledger: Ledger { pending.application.ledger }

  /// What a user should know of the files, a sentence each.
  public var notes: [String] { pending.notes }

  /// The number of tensors that are left.
  public var tensorCount: Int { pending.application.arrays.count }

  /// The number of elements of all tensors that are left.
  public var parameterCount: Int {
    pending.application.arrays.reduce(0) { $0 + $1.shape.elementCount }
  }

  /// Writes the folded weights, reads them back, checks them, and only then gives the file its name.
  ///
  /// - Parameters:
  ///   - path: where the weights go.
  ///   - options: whether they are checked, and whether they may replace a file.
  /// - Returns: the report of the check; nil if it was not asked for.
  /// - Throws: `NotEquivalent` if the check fails, `ModelFileError` if a file cannot be read or written,
  ///   `OutputError` if the output cannot be made. Then there is no output file, or the one from before.
  @discardableResult
  public func write(to path: String, options: WriteOptions = WriteOptions()) throws -> EquivalenceReport? {
    try pending.publish(
      to: path, companionPath: nil, permissions: original.input.model.permissions,
      replaces: options.replaces
    ) { written in
      guard options.checks else { return nil }
      return try options.accepting(try compare(with: written))
    }
  }

  /// Proves that a written file computes the same as the original.
  package func compare(with written: StateDictionaryFile) throws -> EquivalenceReport {
    try original.source.verify(written, plan: pending.application.plan)
  }
}
