import Elements
import ModelGraph
import RealModule

extension LayerEvaluator {
  /// One element for all elements along some axes; nil for all axes.
  ///
  /// - Throws: `EvaluationError` for axes that do not exist, and for the mean of no integers.
  func reduced(
    _ value: Value, by reduction: TensorFunction.Reduction, axes: [Int]?, keepsAxes: Bool
  ) throws -> Value {
    let result: Value?
    switch value {
    case .numbers(let array):
      result = array.reduced(axes, keepsAxes: keepsAxes, { reduction.result(of: $0) })
        .map { .numbers($0) }
    case .integers(let array):
      if reduction == .mean, array.values.isEmpty { throw shape("there is no mean of no integers") }
      result = array.reduced(axes, keepsAxes: keepsAxes, { reduction.result(of: $0, array.type) })
        .map { .integers($0) }
    }
    guard let result else {
      throw shape("its axes \(axes ?? []) do not fit its input of shape \(describe(value.shape))")
    }
    return result
  }
}

extension TensorFunction.Reduction {
  /// Sums are made in Double, so that float32 keeps its digits over thousands of terms.
  fileprivate func result<Scalar: InferenceScalar>(of values: UnsafeBufferPointer<Scalar>) -> Scalar {
    let count = Double(values.count)
    func sum(_ term: (Double) -> Double) -> Double { values.reduce(0.0) { $0 + term(Double($1)) } }
    switch self {
    case .sum: return Scalar(sum { $0 })
    case .mean: return Scalar(sum { $0 } / count)
    case .maximum: return values.reduce(-.infinity) { .larger($0, $1) }
    case .minimum: return values.reduce(.infinity) { .smaller($0, $1) }
    case .product: return values.reduce(1, *)
    case .variance, .standardDeviation:
      let mean = sum { $0 } / count
      let variance = sum { ($0 - mean) * ($0 - mean) } / count
      return Scalar(self == .variance ? variance : variance.squareRoot())
    case .norm: return Scalar(sum { $0 * $0 }.squareRoot())
    case .sumOfMagnitudes: return Scalar(sum { abs($0) })
    case .sumOfSquares: return Scalar(sum { $0 * $0 })
    case .logarithmOfSum: return Scalar(Double.log(sum { $0 }))
    case .logarithmOfSumOfExponentials:
      let largest = Self.maximum.result(of: values)
      guard largest.isFinite else { return largest }
      return largest + Scalar(Double.log(sum { Double.exp($0 - Double(largest)) }))
    }
  }

  /// The same of integers, in their type: what is no integer is truncated.
  fileprivate func result(of values: UnsafeBufferPointer<Int64>, _ type: ElementType) -> Int64 {
    switch self {
    case .sum: return type.wrapped(values.reduce(0, &+))
    case .product: return type.wrapped(values.reduce(1, &*))
    case .sumOfSquares: return type.wrapped(values.reduce(0) { $0 &+ $1 &* $1 })
    case .sumOfMagnitudes:
      return type.wrapped(values.reduce(0) { $0 &+ ($1 < 0 && type.isSigned ? 0 &- $1 : $1) })
    case .maximum: return values.reduce(type.exactLimits.lowest) { type.isLess($0, $1) ? $1 : $0 }
    case .minimum: return values.reduce(type.exactLimits.highest) { type.isLess($1, $0) ? $1 : $0 }
    case .mean where !type.isUnsigned64 && !values.isEmpty:
      return values.reduce(0, &+) / Int64(values.count)
    case .mean, .variance, .standardDeviation, .norm, .logarithmOfSum, .logarithmOfSumOfExponentials:
      let numbers = values.map { type.isUnsigned64 ? Double(UInt64(bitPattern: $0)) : Double($0) }
      let result = numbers.withUnsafeBufferPointer { self.result(of: $0) as Double }
      return Int64(clamping: result, in: type.exactLimits)
    }
  }
}

extension ElementArray {
  /// One element for all elements along some axes; nil for axes that do not exist.
  ///
  /// - Parameter reduce: gets the elements in row-major order of the axes.
  func reduced(
    _ axes: [Int]?, keepsAxes: Bool, _ reduce: (UnsafeBufferPointer<Element>) -> Element
  ) -> Self? {
    guard let order = shape.axesLast(axes ?? Array(0..<rank)) else { return nil }
    let moved = transposed(order.axes)
    let kept = moved.shape[..<(rank - order.count)]
    let width = moved.shape[kept.count...].reduce(1, *)
    let results = moved.values.withUnsafeBufferPointer { values in
      (0..<kept.reduce(1, *)).map {
        reduce(UnsafeBufferPointer(rebasing: values[$0 * width..<($0 + 1) * width]))
      }
    }
    let gone = Set(order.axes.suffix(order.count))
    let newShape = keepsAxes ? shape.indices.map { gone.contains($0) ? 1 : shape[$0] } : Array(kept)
    return replacing(shape: newShape, values: results)
  }
}

extension Shape {
  /// All axes with some of them at the end, each part in ascending order; nil for axes that do not exist.
  func axesLast(_ axes: [Int]) -> (axes: [Int], count: Int)? {
    let places = Set(axes.compactMap { normalizedAxis($0, rank: count) })
    guard places.count == axes.count else { return nil }
    return (indices.filter { !places.contains($0) } + places.sorted(), places.count)
  }
}
