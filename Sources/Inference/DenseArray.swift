import Elements
import ModelGraph

/// An array of numbers with a shape, row-major.
public struct DenseArray<Scalar: InferenceScalar>: Sendable {
  public var shape: Shape
  public var values: [Scalar]

  /// - Precondition: there are as many values as the shape has elements.
  public init(shape: Shape, values: [Scalar]) {
    precondition(shape.elementCount == values.count)
    self.shape = shape
    self.values = values
  }

  public init(repeating value: Scalar, shape: Shape) {
    self.shape = shape
    values = [Scalar](repeating: value, count: shape.elementCount)
  }

  /// An array whose elements a function writes.
  ///
  /// - Parameter write: gets memory for all of them; it is not called for an empty array.
  init(shape: Shape, writtenBy write: (UnsafeMutablePointer<Scalar>) throws -> Void) rethrows {
    self.shape = shape
    let count = shape.elementCount
    values = try [Scalar](unsafeUninitializedCapacity: count) { values, initialized in
      if let start = values.baseAddress, count > 0 { try write(start) }
      initialized = count
    }
  }

  public var rank: Int { shape.count }
}
