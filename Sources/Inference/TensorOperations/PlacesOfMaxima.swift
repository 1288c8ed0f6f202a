import Elements
import ModelGraph

/// The largest of each window, with its place.
///
/// Source: ONNX operator specification, MaxPool; onnxruntime/core/providers/cpu/nn/pool_functors.h `MaxPool2DTask`: of equal
/// elements the first one counts.
extension TensorEvaluator {
  /// - Parameters:
  ///   - pooling: the windows.
  ///   - isFirstAxisFastest: whether places are counted along the first spatial axis first.
  /// - Returns: the maxima, and where each is in the whole tensor.
  /// - Throws: `EvaluationError` where the windows do not fit, or one of them sees the padding alone.
  func maxima(_ pooling: Pooling, isFirstAxisFastest: Bool) throws -> [Value] {
    let data = try operand(0)
    guard data.rank == pooling.poolSize.count + 2 else { throw shape("its operand has \(data.rank) axes") }
    let size = [Int](repeating: 1, count: 5 - data.rank) + data.shape[2...]
    guard
      let window = Window(
        input: size, size: pooling.poolSize, strides: pooling.strides, dilation: pooling.dilation,
        padding: pooling.padding, roundsUp: pooling.roundsUp)
    else { throw host.misfit([data]) }
    let result = data.shape[..<2] + window.output.suffix(data.rank - 2)
    try host.checkSize(Shape(result))
    let (values, plane, positions) = (data.numbers.values, size.reduce(1, *), window.output.reduce(1, *))
    var (places, indices) = ([Int](), [Int64]())
    for start in stride(from: 0, to: data.shape[0] * data.shape[1] * plane, by: max(plane, 1)) {
      for position in 0..<positions {
        var best: Int?
        window.forEachTap(at: window.coordinates(position), input: size) { _, place in
          let (value, largest) = (values[start + place], best.map { values[start + $0] })
          if largest.map({ value > $0 || value.isNaN && !$0.isNaN }) ?? true { best = place }
        }
        guard let best else { throw shape("one of its windows sees the padding alone, which has no place") }
        places.append(start + best)
        let (rest, last) = best.quotientAndRemainder(dividingBy: size[2])
        let (first, middle) = rest.quotientAndRemainder(dividingBy: size[1])
        let other = (last * size[1] + middle) * size[0] + first
        indices.append(Int64(start + (isFirstAxisFastest ? other : best)))
      }
    }
    return [
      data.taking(runsFrom: places, length: 1, shape: Shape(result)),
      .integers(IntegerArray(shape: Shape(result), values: indices)),
    ]
  }
}
