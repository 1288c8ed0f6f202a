import Elements
import ModelGraph

/// Layers whose inputs or results may be integers.
extension LayerEvaluator {
  typealias Value = TensorValue<Scalar>

  /// The results; nil for a layer, or inputs, that are computed as numbers.
  func evaluateValues(_ inputs: [Value]) throws -> [Value]? {
    switch layer.operation {
    case .tensor(let operation): return try TensorEvaluator(operation, inputs, in: self).results()
    case .function(let function): return [try evaluate(function, inputs)]
    default: break
    }
    let exact = inputs.compactMap(\.exact)
    guard let first = exact.first, exact.count == inputs.count else { return nil }
    return try evaluateExact(first, exact).map { [.integers($0)] }
  }

  private func evaluateExact(_ first: IntegerArray, _ all: [IntegerArray]) throws -> IntegerArray? {
    switch layer.operation {
    case .merge(let merge): return try evaluate(merge, exact: all)
    case .identity where all.count == 1: return first
    case .reshape(let reshape) where all.count == 1:
      guard let result = reshape.result(of: first) else { throw misfit(first.shape) }
      return result
    case .transpose(let transposition) where all.count == 1:
      guard let order = transposition.order(rank: first.rank) else { throw misfit(first.shape) }
      return first.transposed(order, sharing: sharing)
    case .activation(.relu(RectifiedLinear())) where all.count == 1:
      return first.mapped { max($0, 0) }
    case .pooling, .globalPooling, .zeroPadding, .cropping, .repeatVector:
      // They choose among numbers that a float holds, of 8 bits as a rule.
      guard all.count == 1, first.type.byteCount.map({ $0 < 4 }) ?? false else { return nil }
      let numbers = try evaluate([.numbers(first.numbers())]).outputs[0]
      return TensorValue.numbers(numbers).integers?.converted(to: first.type)
    default: return nil
    }
  }

  private func evaluate(_ merge: Merge, exact all: [IntegerArray]) throws -> IntegerArray? {
    let combination: TensorFunction.Combination
    switch merge {
    case .concatenate(let axis):
      try checkSum(all.map(\.shape))
      guard let result = IntegerArray.concatenated(all, axis: axis) else { throw misfit(all[0].shape) }
      return result
    case .add: combination = .add
    case .subtract: combination = .subtract
    case .multiply: combination = .multiply
    case .maximum: combination = .maximum
    case .minimum: combination = .minimum
    case .average, .addScaled, .dot: return nil
    }
    let shapes = Merge.aligned(all.map { $0.shape.map { $0 } }).map { $0.compactMap { $0 } }
    return try zip(all, shapes).dropFirst().reduce(all[0].reshaped(shapes[0])) { result, next in
      try combined(result, next.0.reshaped(next.1), combination)
    }
  }

  /// Refuses arrays that would be too large together.
  func checkSum(_ shapes: [Shape]) throws {
    var sum = 0
    for shape in shapes {
      try checkSize(shape)
      sum += shape.elementCount
    }
    try checkSize([sum])
  }

  func misfit(_ shape: Shape) -> EvaluationError {
    self.shape("it does not fit its input of shape \(describe(shape))")
  }
}

extension IntegerArray {
  /// The results of a function of each element, wrapped into the type.
  func mapped(_ function: (Int64) -> Int64) -> IntegerArray {
    replacing(shape: shape, values: values.map { type.wrapped(function($0)) })
  }
}
