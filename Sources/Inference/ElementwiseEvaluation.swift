import Elements
import ModelGraph

extension DenseArray {
  /// (x - mean) * scale + beta along an axis.
  func normalized(
    mean: [Scalar], scale: [Scalar], beta: [Scalar], axis: Int, sharing: WorkSharing = .none
  ) -> DenseArray {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let channels = mean.count
    let count = values.count
    guard count > 0 else { return self }
    let result = [Scalar](unsafeUninitializedCapacity: count) { target, initialized in
      values.withUnsafeBufferPointer { values in
        let (from, to) = (SharedSource(start: values.baseAddress!), SharedMemory(start: target.baseAddress!))
        sharing.overRows(count / (channels * inner), width: channels * inner) { rows in
          mean.withUnsafeBufferPointer { mean in
            scale.withUnsafeBufferPointer { scale in
              beta.withUnsafeBufferPointer { beta in
                for row in rows {
                  let (source, target) = (
                    from.start + row * channels * inner, to.start + row * channels * inner
                  )
                  if inner == 1 {
                    for channel in 0..<channels {
                      target[channel] = (source[channel] - mean[channel]) * scale[channel] + beta[channel]
                    }
                    continue
                  }
                  for channel in 0..<channels {
                    let (center, factor, shift) = (mean[channel], scale[channel], beta[channel])
                    for place in channel * inner..<(channel + 1) * inner {
                      target[place] = (source[place] - center) * factor + shift
                    }
                  }
                }
              }
            }
          }
        }
      }
      initialized = count
    }
    return DenseArray(shape: shape, values: result)
  }

  /// Adds a vector along the last axis.
  mutating func addToLastAxis(_ bias: [Scalar]) {
    let width = bias.count
    values.withUnsafeMutableBufferPointer { values in
      bias.withUnsafeBufferPointer { bias in
        for start in stride(from: 0, to: values.count, by: width) {
          for channel in 0..<width { values[start + channel] += bias[channel] }
        }
      }
    }
  }
}
