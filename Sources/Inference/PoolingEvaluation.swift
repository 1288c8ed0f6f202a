import ModelGraph

extension DenseArray {
  /// Pools a channels-last array; nil if no window fits.
  ///
  /// A window without an element of the array has the least finite number as its maximum, and the mean 0.
  ///
  /// - Parameters:
  ///   - pooling: the windows, and what becomes of them.
  ///   - keepsNotFinite: whether a maximum may be minus infinity, and is not a number where an element is none, as ONNX Runtime
  ///     and NumPy have it. TensorFlow passes over the one and has the least finite number for the other.
  ///   - sharing: the threads.
  func pooled(_ pooling: Pooling, keepsNotFinite: Bool, sharing: WorkSharing) -> DenseArray? {
    let layout = SpatialArray(shape: shape)
    guard
      let window = Window(
        input: layout.size, size: pooling.poolSize, strides: pooling.strides, dilation: pooling.dilation,
        padding: pooling.padding, roundsUp: pooling.roundsUp)
    else { return nil }
    let positions = window.output.reduce(1, *)
    let isMaximum = pooling.reduction == .maximum
    let channels = layout.channels
    let newShape = SpatialArray.shape(
      batch: layout.batch, size: window.output, channels: channels, rank: rank)
    // Source: tensorflow/core/kernels/maxpooling_op.cc `SpatialMaxPool`, of a processor.
    let first: Scalar = !isMaximum ? 0 : keepsNotFinite ? -.infinity : -.greatestFiniteMagnitude
    // A window may be larger than the array; its product may be larger than an integer.
    let seen = zip(window.size, layout.size).reduce(1) { $0 * Swift.min($1.0, $1.1) }
    return DenseArray(shape: newShape) { result in
      values.withUnsafeBufferPointer { source in
        let (from, to) = (source.baseAddress.map { SharedSource(start: $0) }, SharedMemory(start: result))
        sharing.overRows(layout.batch * positions, width: channels * seen) { rows in
          for row in rows {
            let (sample, position) = row.quotientAndRemainder(dividingBy: positions)
            let corner = window.coordinates(position)
            let target = to.start + row * channels
            target.update(repeating: first, count: channels)
            guard let from else { continue }
            var count = 0
            window.forEachTap(at: corner, input: layout.size) { _, place in
              let values = from.start + sample * layout.sampleCount + place * channels
              count += 1
              if isMaximum && keepsNotFinite {
                for channel in 0..<channels {
                  let value = values[channel]
                  if value > target[channel] || value != value { target[channel] = value }
                }
              } else if isMaximum {
                for channel in 0..<channels {
                  if values[channel] > target[channel] { target[channel] = values[channel] }
                }
              } else {
                for channel in 0..<channels { target[channel] += values[channel] }
              }
            }
            if isMaximum && count == 0 {
              target.update(repeating: -.greatestFiniteMagnitude, count: channels)
            }
            guard !isMaximum, count > 0 else { continue }
            let divisor =
              pooling.countsPadding ? window.paddedTaps(at: corner, input: layout.size) : Scalar(count)
            for channel in 0..<channels { target[channel] /= divisor }
          }
        }
      }
    }
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
              target[channel] = isMaximum ? .larger(target[channel], value) : target[channel] + value
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
    let maps = (0..<3).map { axis in
      (0..<full[axis]).map { axis < missing ? $0 : source(axis - missing, $0) }
    }
    let runs = Self.runs(maps[2])
    let width = full[2] * layout.channels
    let newShape = SpatialArray.shape(batch: layout.batch, size: full, channels: layout.channels, rank: rank)
    return DenseArray(shape: newShape) { result in
      var target = result
      values.withUnsafeBufferPointer { values in
        for sample in 0..<layout.batch {
          for place0 in maps[0] {
            for place1 in maps[1] {
              target.update(repeating: 0, count: width)
              if let place0, let place1 {
                let line = ((sample * layout.size[0] + place0) * layout.size[1] + place1) * layout.size[2]
                for run in runs {
                  (target + run.target * layout.channels).update(
                    from: values.baseAddress! + (line + run.source) * layout.channels,
                    count: run.count * layout.channels)
                }
              }
              target += width
            }
          }
        }
      }
    }
  }

  /// The positions of a line that come from an array, as runs of neighbours.
  private static func runs(_ map: [Int?]) -> [(target: Int, source: Int, count: Int)] {
    var runs: [(target: Int, source: Int, count: Int)] = []
    for (target, source) in map.enumerated() {
      guard let source else { continue }
      if let last = runs.last, last.target + last.count == target, last.source + last.count == source {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((target, source, 1))
      }
    }
    return runs
  }
}
