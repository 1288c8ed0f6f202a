import Elements
import ModelGraph

/// Where an element of a resized axis comes from: two positions, and how much of the second one.
struct AxisSource {
  let first: Int
  let second: Int
  let weight: Double
}

extension Interpolation {
  /// The sources of each element of each axis.
  ///
  /// TensorFlow samples at the centres of the elements, and computes the positions in float32; where a nearest neighbour
  /// lies just between two, only the same arithmetic gives the same one.
  /// Source: tensorflow/core/kernels/image/resize_bilinear_op.cc and resize_nearest_neighbor_op.cc.
  ///
  /// - Parameter sizes: of each axis, before and after.
  func sources(_ sizes: [(before: Int, after: Int)]) -> [[AxisSource]] {
    sizes.map { before, after in
      let scale = Float(before) / Float(after)
      return (0..<after).map { position in
        let place = (Float(position) + 0.5) * scale
        switch self {
        case .nearest:
          let nearest = min(Int(place.rounded(.down)), before - 1)
          return AxisSource(first: nearest, second: nearest, weight: 0)
        case .bilinear:
          let lower = (place - 0.5).rounded(.down)
          return AxisSource(
            first: min(max(Int(lower), 0), before - 1), second: min(max(Int(lower) + 1, 0), before - 1),
            weight: Double(place - 0.5 - lower))
        }
      }
    }
  }
}

extension LayerEvaluator {
  /// Resizes the spatial axes, one after the other, the last one first.
  ///
  /// - Parameter sources: for the sizes of the axes, where the elements of the new ones come from.
  /// - Returns: nil for an input without spatial axes.
  func resized(_ input: Values, _ format: DataFormat, sources: ([Int]) -> [[AxisSource]]) throws -> Values? {
    guard (3...5).contains(input.rank) else { return nil }
    var result = input.channelsLast(from: format, sharing: sharing)
    let all = sources(Array(result.shape[1..<result.rank - 1]))
    guard all.count == result.rank - 2 else { throw shape("its input has \(input.rank) axes") }
    guard result.shape.dropFirst().allSatisfy({ $0 > 0 }) else { return nil }
    for (axis, sources) in all.enumerated().reversed() {
      result = result.sampled(axis: axis + 1, sources)
    }
    return result.channelsMoved(to: format, sharing: sharing)
  }
}

extension DenseArray {
  /// An axis with other elements, each a mean of two.
  fileprivate func sampled(axis: Int, _ sources: [AxisSource]) -> DenseArray {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var newShape = shape
    newShape[axis] = sources.count
    let result = [Scalar](unsafeUninitializedCapacity: newShape.elementCount) { target, initialized in
      for block in 0..<outer {
        for source in sources {
          let first = (block * shape[axis] + source.first) * inner
          let second = (block * shape[axis] + source.second) * inner
          let weight = Scalar(source.weight)
          for offset in 0..<inner {
            let (low, high) = (values[first + offset], values[second + offset])
            target.initializeElement(at: initialized, to: weight == 0 ? low : low + (high - low) * weight)
            initialized += 1
          }
        }
      }
    }
    return DenseArray(shape: newShape, values: result)
  }
}
