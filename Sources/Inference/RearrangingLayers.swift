import Elements
import ModelGraph

/// Layers that move elements.
extension LayerEvaluator {
  /// ZeroPadding and Cropping.
  func respace(_ input: Values) throws -> Values {
    switch layer.operation {
    case .zeroPadding(let amounts, let format):
      return try respace(input, format, rank: amounts.count) { axis, size in
        (size + amounts[axis].before + amounts[axis].after, { $0 - amounts[axis].before })
      }
    case .cropping(let amounts, let format):
      return try respace(input, format, rank: amounts.count) { axis, size in
        (size - amounts[axis].before - amounts[axis].after, { $0 + amounts[axis].before })
      }
    default: preconditionFailure("not a layer that changes the spatial axes")
    }
  }

  /// - Parameter change: for an axis and its size, the new size and the old position of a new one.
  private func respace(
    _ input: Values, _ format: DataFormat, rank: Int, _ change: (Int, Int) -> (Int, (Int) -> Int)
  ) throws -> Values {
    guard input.rank == rank + 2 else { throw shape("its input has \(input.rank) axes") }
    let moved = input.channelsLast(from: format)
    let changes = (0..<rank).map { change($0, moved.shape[$0 + 1]) }
    guard changes.allSatisfy({ $0.0 >= 0 }) else { throw shape("more is cropped than there is") }
    let result = moved.respaced(to: changes.map(\.0)) { axis, position in
      let source = changes[axis].1(position)
      return source >= 0 && source < moved.shape[axis + 1] ? source : nil
    }
    return result.channelsMoved(to: format)
  }

  /// Reshape, Flatten, Permute and RepeatVector.
  func rearrange(_ input: Values) throws -> Values? {
    guard input.rank > 0 else { return nil }
    let batch = input.shape[0]
    switch layer.operation {
    case .reshape(let target):
      let known = target.filter { $0 != -1 }.reduce(1, *)
      let elements = input.shape.dropFirst().reduce(1, *)
      guard known > 0, elements % known == 0 else { return nil }
      let shape = [batch] + target.map { $0 == -1 ? elements / known : $0 }
      return shape.elementCount == input.values.count ? input.reshaped(shape) : nil
    case .flatten(let format):
      let moved = input.channelsLast(from: format)
      return moved.reshaped([batch, moved.shape.dropFirst().reduce(1, *)])
    case .permute(let axes):
      return axes.count == input.rank - 1 ? input.transposed([0] + axes) : nil
    case .repeatVector(let count):
      guard input.rank == 2 else { return nil }
      let width = input.shape[1]
      let values = (0..<batch).flatMap { sample in
        (0..<count).flatMap { _ in input.values[sample * width..<(sample + 1) * width] }
      }
      return Values(shape: [batch, count, width], values: values)
    default: preconditionFailure("not a layer that rearranges")
    }
  }
}
