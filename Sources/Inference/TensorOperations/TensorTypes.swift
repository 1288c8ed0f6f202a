import Elements
import ModelGraph

/// Values in other element types.
///
/// Source: ONNX operator specification, Cast.
extension TensorEvaluator {
  /// A value as another type has it: numbers are rounded to it, integers wrap around, fractions are cut off.
  ///
  /// - Throws: `EvaluationError` for a type that is not computed with.
  func cast(_ value: Value, to type: ElementType) throws -> Value {
    switch type {
    case .boolean:
      switch value {
      case .integers(let array): return .integers(array.converted(to: .boolean))
      case .numbers(let array):
        return .integers(IntegerArray(shape: array.shape, isTrue: array.values.map { $0 != 0 }))
      }
    case .integer:
      switch value {
      case .integers(let array): return .integers(array.converted(to: type))
      case .numbers(let array): return .integers(array.truncated(to: type, sharing: host.sharing))
      }
    case .float16, .bfloat16, .float32:
      // A pass in float64 is the exact one of the model as it is: it rounds where the model says so.
      let array = value.numbers
      if type == Scalar.elementType { return .numbers(array) }
      let values = array.values.mapped(sharing: host.sharing) { Scalar(type.rounded(Double($0))) }
      return .numbers(DenseArray(shape: array.shape, values: values))
    case .float64: return .numbers(value.numbers)
    case .other(let name):
      throw EvaluationError(.notRun("elements of type \(name) are not computed with"), layer: host.layer.name)
    }
  }
}

extension DenseArray {
  /// The numbers without their fractions, as an integer type has them.
  ///
  /// What is too large for 64 bits becomes the largest of them, what is no number 0: the operator leaves both open.
  func truncated(to type: ElementType, sharing: WorkSharing) -> IntegerArray {
    let isUnsigned = type.isUnsigned64
    return IntegerArray(
      shape: shape,
      values: values.mapped(sharing: sharing) { number in
        if number.isNaN { return 0 }
        if isUnsigned, number >= 0x1p63 {
          return Int64(bitPattern: number < 0x1p64 ? UInt64(number) : UInt64.max)
        }
        let integer =
          number >= 0x1p63 ? Int64.max : number < -0x1p63 ? Int64.min : Int64(number)
        return type.wrapped(integer)
      }, type: type)
  }
}
