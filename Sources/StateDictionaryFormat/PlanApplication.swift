import Arrays
import Bytes
import Elements
import Folding
import ModelGraph

/// A plan applied to a state dictionary: the tensors of the new file, and what became of each fold.
public struct PlanApplication: Sendable {
  public let original: StateDictionary
  public let plan: WeightPlan
  public private(set) var ledger = Ledger(entries: [])
  private var edits: [ByteString: NamedArray] = [:]
  private var removed: Set<ByteString> = []
  /// Biases that there were not, by the name of the kernel that they stand behind.
  private var added: [ByteString: NamedArray] = [:]

  /// Applies a plan; nothing is written.
  ///
  /// - Throws: `PlanMismatch` where the plan does not fit the file, or an error of the file. A fold that is not exact stays
  ///   undone, with the reason in the ledger.
  public init(of plan: WeightPlan, to dictionary: StateDictionary) throws {
    original = dictionary
    self.plan = plan
    try PlanCheck(plan, dictionary).checkNames()
    var entries: [Ledger.Entry] = []
    for fold in plan.folds {
      do {
        try apply(fold)
        entries.append(
          Ledger.Entry(
            layer: fold.normalization,
            outcome: .folded(
              into: [fold.kernel], rule: "\(fold.layout.rawValue), \(fold.outcome.rawValue)", across: [])))
      } catch let refusal as Refusal {
        entries.append(Ledger.Entry(layer: fold.normalization, outcome: .kept(refusal)))
      }
    }
    let planned = Set(plan.folds.map(\.normalization))
    for name in dictionary.batchNormalizations where !planned.contains(name) {
      entries.append(
        Ledger.Entry(layer: name, outcome: .kept(Refusal(.notPlanned, "the plan does not have it"))))
    }
    ledger = Ledger(entries: entries)
  }

  private mutating func apply(_ fold: PlannedFold) throws {
    guard let epsilon = fold.epsilon else { throw PlanMismatch(.noEpsilon, of: fold.mean) }
    let statistics = original.normalizationLayer(of: fold)
    guard let kernel = original.variable(fold.kernel, .kernel),
      let channels = statistics.variable(.movingMean)?.shape.elementCount
    else { throw PlanMismatch(.noTensor, of: fold.kernel) }
    guard kernel.elementType.isFloatingPoint else {
      throw Refusal(.elementType, "the weight \(kernel.name) is of type \(kernel.elementType)")
    }
    guard let axes = fold.layout.axes(shape: kernel.shape, channels: channels) else {
      throw PlanMismatch(
        .kernelChannels(channels, shape: kernel.shape, layout: fold.layout), of: fold.kernel)
    }
    let result = try KernelFold(
      of: statistics, epsilon: epsilon, into: kernel, channels: axes.output,
      bias: original.variable(fold.bias, .bias), biasName: fold.bias, store: original)
    guard case .scaled(let number, let scale) = result.kernel.value,
      case .computed(let bias) = result.bias.value
    else {
      preconditionFailure("a fold scales the kernel and computes the bias")
    }
    let stored = original.arrays[number]
    edits[fold.kernel] = NamedArray(
      name: fold.kernel, elementType: kernel.elementType, shape: kernel.shape,
      content: .scaled(stored.content, scale, kernel.elementType))
    switch fold.outcome {
    case .remove: remove(fold, bias: result.bias, values: bias)
    case .reset: try reset(fold, map: result.map, epsilon: epsilon)
    }
  }

  private mutating func remove(_ fold: PlannedFold, bias: Variable, values: [Double]) {
    removed.formUnion(fold.normalizationNames)
    let tensor = NamedArray(
      name: fold.bias, elementType: bias.elementType, shape: bias.shape,
      content: .values(values, bias.elementType))
    if original[fold.bias] != nil { edits[fold.bias] = tensor } else { added[fold.kernel] = tensor }
  }

  /// The batch normalization becomes x + shift: scale 1, mean 0, and a variance that epsilon completes to 1.
  private mutating func reset(_ fold: PlannedFold, map: ChannelAffine, epsilon: Double) throws {
    guard let gamma = fold.gamma, let beta = fold.beta else {
      throw Refusal(.statisticsShape, "without gamma and beta it cannot hold the bias; use outcome: remove")
    }
    guard epsilon < 0.5 else {
      throw Refusal(.varianceNotPositive, "an epsilon of \(epsilon) leaves no variance")
    }
    let count = map.channels
    if let bias = original.variable(fold.bias, .bias) {
      let values: [Double] = try bias.elements(from: original)
      edit(fold.bias, to: values.indices.map { values[$0] * map.scale[$0] })
    }
    edit(gamma, to: [Double](repeating: 1, count: count))
    edit(beta, to: map.shift)
    edit(fold.mean, to: [Double](repeating: 0, count: count))
    edit(fold.variance, to: [Double](repeating: 1 - epsilon, count: count))
  }

  private mutating func edit(_ name: ByteString, to values: [Double]) {
    guard let tensor = original[name] else { return }
    edits[name] = NamedArray(
      name: name, elementType: tensor.elementType, shape: tensor.shape,
      content: .values(values, tensor.elementType))
  }

  /// What becomes of tensors, in ascending order of their names: another one, or nothing.
  public var changes: [(name: ByteString, array: NamedArray?)] {
    let new = Array(edits.values) + Array(added.values)
    return (new.map { ($0.name, $0) } + removed.map { ($0, nil) }).sorted { $0.0 < $1.0 }
  }

  /// The tensors of the new file.
  public var arrays: [NamedArray] {
    original.arrays.filter { !removed.contains($0.name) }.flatMap { tensor in
      [edits[tensor.name] ?? tensor] + (added[tensor.name].map { [$0] } ?? [])
    }
  }
}

extension StateDictionary {
  /// The batch normalization of a fold as a layer with its statistics.
  func normalizationLayer(of fold: PlannedFold) -> Layer {
    var layer = Layer(name: fold.normalization, className: "BatchNormalization", operation: .identity)
    layer.variables = [
      fold.gamma.flatMap { variable($0, .gamma) }, fold.beta.flatMap { variable($0, .beta) },
      variable(fold.mean, .movingMean), variable(fold.variance, .movingVariance),
    ].compactMap { $0 }
    return layer
  }
}
