import Elements
import ModelGraph

/// The value of a tensor: numbers in the type that the pass computes in, or exact integers.
public enum TensorValue<Scalar: InferenceScalar>: Sendable {
  case numbers(DenseArray<Scalar>)
  case integers(IntegerArray)

  public var shape: Shape {
    switch self {
    case .numbers(let array): array.shape
    case .integers(let array): array.shape
    }
  }

  public var rank: Int { shape.count }

  /// The values as numbers; large integers are rounded.
  public var numbers: DenseArray<Scalar> {
    switch self {
    case .numbers(let array): array
    case .integers(let array): array.numbers()
    }
  }

  /// The values as integers; nil where a number is not one.
  public var integers: IntegerArray? {
    switch self {
    case .integers(let array): return array
    case .numbers(let array):
      let values = array.values.compactMap { Int64(exactly: $0) }
      guard values.count == array.values.count else { return nil }
      return IntegerArray(shape: array.shape, values: values)
    }
  }

  /// The values as integers, where they are; nil for numbers.
  var exact: IntegerArray? { if case .integers(let array) = self { array } else { nil } }

  var isExact: Bool { exact != nil }
}
