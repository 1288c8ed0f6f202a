import Elements
import ModelGraph

/// Operators that compute an element from those at its place in several tensors.
///
/// Source: ONNX operator specification, Where, Clip, Sum, Mean, Max, Min, IsInf and PRelu.
extension TensorEvaluator {
  func combined(_ kind: TensorOperator) throws -> Value {
    switch kind {
    case .select: return try selected()
    case .clip: return try clipped()
    case .sum: return try folded(.add)
    case .maximum: return try folded(.maximum)
    case .minimum: return try folded(.minimum)
    case .mean:
      let count = Scalar(operandCount)
      let sum = try folded(.add).numbers
      return .numbers(
        Values(shape: sum.shape, values: sum.values.mapped(sharing: host.sharing) { $0 / count }))
    case .isInfinite(let negative, let positive):
      let array = try numbers(0)
      return .integers(
        IntegerArray(
          shape: array.shape,
          values: array.values.mapped(sharing: host.sharing) {
            (positive && $0 == .infinity) || (negative && $0 == -.infinity) ? 1 : 0
          }, type: .boolean))
    case .parametricReLU: return try rectified()
    default: preconditionFailure("not an operator that combines")
    }
  }

  private func folded(_ combination: TensorFunction.Combination) throws -> Value {
    let operands = try allOperands()
    return try operands.dropFirst().reduce(operands[0]) { try host.combined($0, $1, combination) }
  }

  private func selected() throws -> Value {
    let operands = try allOperands()
    guard operands.count == 3 else { throw shape("it has \(operands.count) operands, not 3") }
    let target = try broadcastShape(operands.map(\.shape))
    let expanded = operands.map { $0.expanded(to: target, sharing: host.sharing) }
    let condition = try host.truth(of: expanded[0])
    if case (.integers(let first), .integers(let second)) = (expanded[1], expanded[2]) {
      let values = condition.indices.map { condition[$0] != 0 ? first.values[$0] : second.values[$0] }
      return .integers(IntegerArray(shape: target, values: values, type: first.type))
    }
    let (first, second) = (expanded[1].numbers.values, expanded[2].numbers.values)
    let values = [Scalar](unsafeUninitializedCapacity: condition.count) { result, initialized in
      for index in condition.indices {
        result.initializeElement(at: index, to: condition[index] != 0 ? first[index] : second[index])
      }
      initialized = condition.count
    }
    return .numbers(Values(shape: target, values: values))
  }

  private func clipped() throws -> Value {
    let data = try operand(0)
    let bounds = [optional(1), optional(2)]
    guard bounds.allSatisfy({ $0.map { $0.shape.elementCount == 1 } ?? true }) else {
      throw shape("its bounds are not one number each")
    }
    if case .integers(let array) = data {
      let limits = try (1...2).map { try optionalInteger($0).map { Int64($0) } }
      let type = array.type
      return .integers(
        array.mapped { value in
          var value = value
          if let lowest = limits[0], type.isLess(value, lowest) { value = lowest }
          if let highest = limits[1], type.isLess(highest, value) { value = highest }
          return value
        })
    }
    let lowest = bounds[0]?.numbers.values[0] ?? -.infinity
    let highest = bounds[1]?.numbers.values[0] ?? .infinity
    let array = data.numbers
    // Where the lower bound is above the upper one, the upper one holds; what is no number stays.
    let values = array.values.mapped(sharing: host.sharing) { number in
      let raised = number < lowest ? lowest : number
      return raised > highest ? highest : raised
    }
    return .numbers(Values(shape: array.shape, values: values))
  }

  private func rectified() throws -> Value {
    let (data, slope) = (try operand(0), try operand(1))
    guard let broadcast = Broadcast(data.shape, slope.shape), broadcast.shape == data.shape else {
      throw shape("its slope has the shape \(describe(slope.shape)) for \(describe(data.shape))")
    }
    if case (.integers(let array), .integers(let slope)) = (data, slope) {
      let type = array.type
      return .integers(
        array.replacing(
          shape: array.shape,
          values: broadcast.elements(array.values, slope.values, sharing: host.sharing) {
            type.isLess($0, 0) ? type.wrapped($0 &* $1) : $0
          }))
    }
    let values = broadcast.elements(data.numbers.values, slope.numbers.values, sharing: host.sharing) {
      $0 < 0 ? $0 * $1 : $0
    }
    return .numbers(Values(shape: data.shape, values: values))
  }
}

extension LayerEvaluator {
  /// Truth values, of numbers those that are not 0.
  func truth(of value: Value) throws -> [Int64] {
    switch value {
    case .integers(let array): array.values
    case .numbers(let array): array.values.map { $0 == 0 ? 0 : 1 }
    }
  }
}
