import Elements
import ModelGraph

/// Functions that stand in a graph as layers do.
extension LayerEvaluator {
  /// - Throws: `EvaluationError` where the inputs do not fit.
  func evaluate(_ function: TensorFunction, _ inputs: [Value]) throws -> Value {
    try checkSize(
      (function.outputShape(inputs: inputs.map { $0.shape.map { $0 } }) ?? []).map { $0 ?? 1 })
    if case .combination(let combination, let left, let right) = function {
      return try combined(combination, left, right, inputs)
    }
    if case .stack(let axis) = function { return try stacked(inputs, axis: axis) }
    if function == .matrixProduct {
      guard inputs.count == 2, inputs.allSatisfy({ $0.rank >= 2 }) else { throw misfit(inputs) }
      return try matrixProduct(inputs[0], inputs[1])
    }
    guard inputs.count == 1, let input = inputs.first else { throw misfit(inputs) }
    switch function {
    case .elementwise(let function):
      if let array = input.exact, let result = applied(function, to: array) { return .integers(result) }
      return input.numbers.applying(function, sharing: sharing)
    case .reduction(let reduction, let axes, let keepsAxes):
      return try reduced(input, by: reduction, axes: axes, keepsAxes: keepsAxes)
    case .selection(let selections):
      guard let (copy, shape) = input.shape.selection(selections) else { throw misfit(inputs) }
      return input.strided(copy, sharing: sharing).reshaped(shape)
    case .zeroPadding(let amounts):
      guard amounts.count == input.rank else { throw misfit(inputs) }
      var result = input
      for (axis, amount) in amounts.enumerated() where amount != EdgeAmounts(before: 0, after: 0) {
        let size = result.shape[axis]
        let places = (0..<amount.before + size + amount.after).map { $0 - amount.before }
        result = result.taking(places.map { (0..<size).contains($0) ? $0 : nil }, of: axis)
      }
      return result
    case .combination, .stack, .matrixProduct: throw misfit(inputs)
    }
  }

  func misfit(_ inputs: [Value]) -> EvaluationError {
    shape("it does not fit inputs of the shapes \(inputs.map { describe($0.shape) }.joined(separator: ", "))")
  }

  private func combined(
    _ combination: TensorFunction.Combination, _ left: TensorFunction.Operand,
    _ right: TensorFunction.Operand, _ inputs: [Value]
  ) throws -> Value {
    let (first, second) = (try value(of: left, inputs), try value(of: right, inputs))
    switch (first, second) {
    case (nil, let number?): return try combined(number.like(left), number, combination)
    case (let number?, nil): return try combined(number, number.like(right), combination)
    case (let first?, let second?): return try combined(first, second, combination)
    case (nil, nil): throw shape("it has no input")
    }
  }

  /// The value of an operand; nil for a number, which takes the type of the other operand.
  private func value(of operand: TensorFunction.Operand, _ inputs: [Value]) throws -> Value? {
    switch operand {
    case .number: return nil
    case .weight(let position, _): return try weightValue(.operand(position))
    case .tensor(let number):
      guard inputs.indices.contains(number) else { throw shape("its input \(number) is missing") }
      return inputs[number]
    }
  }

  /// Two values combined element by element: integers where both are, a power also where its base is.
  func combined(
    _ left: Value, _ right: Value, _ combination: TensorFunction.Combination
  ) throws -> Value {
    if case (.integers(let left), .integers(let right)) = (left, right) {
      return .integers(try combined(left, right, combination))
    }
    guard let broadcast = Broadcast(left.shape, right.shape) else { throw misfit([left, right]) }
    try checkSize(broadcast.shape)
    let result = combination.result(of: left.numbers, right.numbers, broadcast, sharing)
    guard combination == .power, let base = left.exact else { return result }
    return .integers(result.numbers.truncated(to: base.type, sharing: sharing))
  }

  private func stacked(_ inputs: [Value], axis: Int) throws -> Value {
    guard let rank = inputs.first?.rank, let place = normalizedAxis(axis, rank: rank + 1),
      inputs.allSatisfy({ $0.rank == rank })
    else { throw misfit(inputs) }
    let parts = inputs.map { $0.reshaped($0.shape[..<place] + [1] + $0.shape[place...]) }
    guard let result = Value.concatenated(parts, axis: place) else { throw misfit(inputs) }
    return result
  }
}

extension TensorValue {
  /// A number as an operand beside this value: an integer where it is one and this value is.
  fileprivate func like(_ operand: TensorFunction.Operand) -> TensorValue {
    guard case .number(let number) = operand else { return self }
    if let exact, let integer = Int64(exactly: number) {
      return .integers(IntegerArray(shape: [], values: [integer], type: exact.type))
    }
    return .numbers(DenseArray(shape: [], values: [Scalar(number)]))
  }
}

extension Shape {
  /// The elements that selections take, and the shape that they have then; nil where the selections do not fit.
  fileprivate func selection(_ selections: [TensorFunction.Selection]) -> (StridedCopy, Shape)? {
    guard let all = TensorFunction.expanded(selections, rank: count) else { return nil }
    var (axis, offset) = (0, 0)
    var (result, taken, steps): (Shape, Shape, [Int]) = ([], [], [])
    let strides = self.strides
    for selection in all {
      switch selection {
      case .newAxis: result.append(1)
      case .ellipsis: return nil
      case .index(let index):
        guard let place = normalizedAxis(index, rank: self[axis]) else { return nil }
        offset += place * strides[axis]
        axis += 1
      case .range(let start, let stop, let step):
        let positions = TensorFunction.positions(of: start, stop, step, size: self[axis])
        offset += positions.count > 0 ? positions.first * strides[axis] : 0
        taken.append(positions.count)
        // A step is only taken where there is a second element, within the axis.
        steps.append(positions.count > 1 ? strides[axis] * step : 0)
        result.append(positions.count)
        axis += 1
      }
    }
    return (StridedCopy(shape: taken, strides: steps, offset: offset), result)
  }
}
