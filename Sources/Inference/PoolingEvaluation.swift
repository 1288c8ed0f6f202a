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
    let isMaximum = reduction == .maximum
    // Thousands of terms: a sum in float32 would lose digits that a sum by blocks, as others have it, keeps.
    var result = [Double](repeating: isMaximum ? -.infinity : 0, count: layout.batch * layout.channels)
    values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        for sample in 0..<layout.batch {
          let target = result.baseAddress! + sample * layout.channels
          for position in 0..<positions {
            let source = values.baseAddress! + (sample * positions + position) * layout.channels
            for channel in 0..<layout.channels {
              let value = Double(source[channel])
              target[channel] = isMaximum ? max(target[channel], value) : target[channel] + value
            }
          }
        }
      }
    }
    return DenseArray(
      shape: [layout.batch, layout.channels],
      values: result.map { Scalar(isMaximum ? $0 : $0 / Double(positions)) })
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
