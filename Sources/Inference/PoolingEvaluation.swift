import ModelGraph
import Tensor

extension DenseArray {
  /// Pools a channels-last array; nil if no window fits.
  func pooled(_ pooling: Pooling) -> DenseArray? {
    let layout = SpatialArray(shape: shape)
    guard
      let window = Window(
        input: layout.size, size: pooling.poolSize, strides: pooling.strides,
        dilation: [Int](repeating: 1, count: pooling.poolSize.count), padding: pooling.padding)
    else { return nil }
    let positions = window.output.reduce(1, *)
    let isMaximum = pooling.reduction == .maximum
    var result = [Scalar](
      repeating: isMaximum ? -.infinity : 0, count: layout.batch * positions * layout.channels)
    values.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { result in
        for sample in 0..<layout.batch {
          for position in 0..<positions {
            let target = result.baseAddress! + (sample * positions + position) * layout.channels
            var count = 0
            window.forEachTap(at: window.coordinates(position), input: layout.size) { _, place in
              let values = source.baseAddress! + sample * layout.sampleCount + place * layout.channels
              count += 1
              if isMaximum {
                for channel in 0..<layout.channels { target[channel] = max(target[channel], values[channel]) }
              } else {
                for channel in 0..<layout.channels { target[channel] += values[channel] }
              }
            }
            if !isMaximum { for channel in 0..<layout.channels { target[channel] /= Scalar(count) } }
          }
        }
      }
    }
    return DenseArray(
      shape: SpatialArray.shape(
        batch: layout.batch, size: window.output, channels: layout.channels, rank: rank),
      values: result)
  }

  /// Pools all spatial axes of a channels-last array, leaving (batch, channels).
  func globallyPooled(_ reduction: Pooling.Reduction) -> DenseArray {
    let layout = SpatialArray(shape: shape)
    let positions = layout.size.reduce(1, *)
    var result = [Scalar](
      repeating: reduction == .maximum ? -.infinity : 0, count: layout.batch * layout.channels)
    for sample in 0..<layout.batch {
      for position in 0..<positions {
        for channel in 0..<layout.channels {
          let value = values[(sample * positions + position) * layout.channels + channel]
          let place = sample * layout.channels + channel
          result[place] = reduction == .maximum ? max(result[place], value) : result[place] + value
        }
      }
    }
    if reduction == .average { for place in result.indices { result[place] /= Scalar(positions) } }
    return DenseArray(shape: [layout.batch, layout.channels], values: result)
  }

  /// Moves a channels-last array into one of other spatial sizes, element by element.
  ///
  /// - Parameter source: the position in this array for one in the result; nil gives zero.
  func respaced(to size: [Int], source: (Int, Int) -> Int?) -> DenseArray {
    let layout = SpatialArray(shape: shape)
    let missing = 3 - size.count
    let full = [Int](repeating: 1, count: missing) + size
    var result = [Scalar](repeating: 0, count: layout.batch * full.reduce(1, *) * layout.channels)
    let maps = (0..<3).map { axis in
      (0..<full[axis]).map { axis < missing ? $0 : source(axis - missing, $0) }
    }
    var target = 0
    for sample in 0..<layout.batch {
      for place0 in maps[0] {
        for place1 in maps[1] {
          for place2 in maps[2] {
            if let place0, let place1, let place2 {
              let start =
                ((sample * layout.size[0] + place0) * layout.size[1] + place1) * layout.size[2] + place2
              for channel in 0..<layout.channels {
                result[target + channel] = values[start * layout.channels + channel]
              }
            }
            target += layout.channels
          }
        }
      }
    }
    return DenseArray(
      shape: SpatialArray.shape(batch: layout.batch, size: full, channels: layout.channels, rank: rank),
      values: result)
  }
}
