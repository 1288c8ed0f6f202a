import Elements
import ModelGraph

/// Weights that may be integers.
extension LayerEvaluator {
  /// A weight as a value: exact where it is integers or truth values.
  ///
  /// - Throws: `EvaluationError` for a weight that is missing or too large, or what reading it throws.
  func weightValue(_ role: Role) throws -> Value {
    guard let variable = layer.variable(role) else {
      throw EvaluationError(.notRun("its weight \(role) is missing"), layer: layer.name)
    }
    try checkSize(variable.shape)
    guard variable.elementType.isExact else {
      return .numbers(Values(shape: variable.shape, values: try weight(role)))
    }
    return .integers(try integers(of: variable))
  }

  private func integers(of variable: Variable) throws -> IntegerArray {
    let (type, count) = (variable.elementType, variable.shape.elementCount)
    switch variable.value {
    case .computed(let numbers):
      guard numbers.count == count else {
        throw shape("its weight has \(numbers.count) of \(count) elements")
      }
      let values = numbers.map { Int64(clamping: $0, in: type.exactLimits) }
      return IntegerArray(shape: variable.shape, values: values, type: type)
    case .scaled:
      throw EvaluationError(.notRun("a weight of type \(type) is multiplied"), layer: layer.name)
    case .stored(let number):
      let bytes = try weights.bytes(ofWeight: number, elements: 0..<count)
      guard let array = IntegerArray(shape: variable.shape, bytes: bytes, type: type) else {
        throw shape("its weight has \(bytes.count) bytes for \(count) elements of type \(type)")
      }
      return array
    }
  }
}
