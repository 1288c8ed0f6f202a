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

  /// Combines two arrays element by element, sizes of 1 being repeated; nil if the shapes do not fit.
  func combined(with other: DenseArray, _ operation: (Scalar, Scalar) -> Scalar) -> DenseArray? {
    if shape == other.shape {
      let sum = [Scalar](unsafeUninitializedCapacity: values.count) { target, initialized in
        for index in 0..<values.count {
          target.initializeElement(at: index, to: operation(values[index], other.values[index]))
        }
        initialized = values.count
      }
      return DenseArray(shape: shape, values: sum)
    }
    guard let target = Self.broadcastShape(shape, other.shape) else { return nil }
    let width = target.last ?? 1
    let (leftStep, rightStep) = ((shape.last ?? 1) == 1 ? 0 : 1, (other.shape.last ?? 1) == 1 ? 0 : 1)
    let result = [Scalar](unsafeUninitializedCapacity: target.elementCount) { result, initialized in
      values.withUnsafeBufferPointer { first in
        other.values.withUnsafeBufferPointer { second in
          var left = StridedWalk(over: target.dropLast(), of: shape.dropLast(), width: shape.last ?? 1)
          var right = StridedWalk(
            over: target.dropLast(), of: other.shape.dropLast(), width: other.shape.last ?? 1)
          for start in stride(from: 0, to: target.elementCount, by: max(1, width)) {
            for offset in 0..<width {
              result.initializeElement(
                at: start + offset,
                to: operation(first[left.place + offset * leftStep], second[right.place + offset * rightStep])
              )
            }
            left.advance()
            right.advance()
          }
        }
      }
      initialized = target.elementCount
    }
    return DenseArray(shape: target, values: result)
  }

  /// The shape that both repeat to, sizes of 1 being repeated; nil if they do not fit.
  static func broadcastShape(_ left: Shape, _ right: Shape) -> Shape? {
    let rank = max(left.count, right.count)
    let (left, right) = (left.padded(to: rank), right.padded(to: rank))
    guard zip(left, right).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
    return zip(left, right).map { $0 == 1 ? $1 : $0 }
  }

  /// Joins arrays along an axis; nil if the shapes do not fit.
  static func concatenated(_ parts: [DenseArray], axis: Int) -> DenseArray? {
    guard let rank = parts.first?.rank, let axis = normalizedAxis(axis, rank: rank),
      parts.allSatisfy({ part in
        part.rank == rank && (0..<rank).allSatisfy { $0 == axis || part.shape[$0] == parts[0].shape[$0] }
      })
    else { return nil }
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    var values = [Scalar]()
    values.reserveCapacity(shape.elementCount)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for part in parts {
        let run = part.shape[axis...].reduce(1, *)
        values += part.values[outer * run..<(outer + 1) * run]
      }
    }
    return DenseArray(shape: shape, values: values)
  }
}
