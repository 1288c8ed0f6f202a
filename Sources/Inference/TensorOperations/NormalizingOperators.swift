import Elements
import ModelGraph
import RealModule

/// Normalizations whose scale and bias may be tensors.
///
/// Source: ONNX operator specification, LayerNormalization, RMSNormalization, InstanceNormalization, GroupNormalization,
/// LRN, LpNormalization and MeanVarianceNormalization.
extension TensorEvaluator {
  func normalized(_ kind: TensorOperator) throws -> [Value] {
    let data = try numbers(0)
    switch kind {
    case .layerNormalization(let axis, let epsilon):
      return try layerNormalized(data, axis, Double(epsilon), centers: true)
    case .rootMeanSquareNormalization(let axis, let epsilon):
      return try layerNormalized(data, axis, Double(epsilon), centers: false)
    case .instanceNormalization(let epsilon):
      guard data.rank >= 2 else { throw shape("its input has \(data.rank) axes") }
      return [try groupNormalized(data, groups: data.shape[1], Double(epsilon))]
    case .groupNormalization(let groups, let epsilon):
      return [try groupNormalized(data, groups: groups, Double(epsilon))]
    case .localResponseNormalization(let size, let alpha, let beta, let bias):
      return [try localResponse(data, size, alpha: Double(alpha), beta: Double(beta), bias: Double(bias))]
    case .normNormalization(let axis, let order):
      let axis = try place(axis, rank: data.rank)
      let result = data.overAxes([axis]) { values in
        let sum = values.reduce(0.0) { $0 + (order == 1 ? Double(abs($1)) : Double($1) * Double($1)) }
        let norm = Scalar(order == 1 ? sum : sum.squareRoot())
        if norm != 0 { for index in values.indices { values[index] /= norm } }
      }
      return [.numbers(result ?? data)]
    case .meanVarianceNormalization(let axes):
      let result = data.overAxes(try places(axes, rank: data.rank)) { values in
        let (mean, variance) = moments(UnsafeBufferPointer(values))
        let deviation = Scalar(variance.squareRoot() + 1e-9)
        for index in values.indices { values[index] = (values[index] - Scalar(mean)) / deviation }
      }
      return [.numbers(result ?? data)]
    default: preconditionFailure("not a normalization")
    }
  }

  /// Mean and variance, the latter dividing by the number of elements.
  private func moments(_ values: UnsafeBufferPointer<Scalar>) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, squares / Double(values.count))
  }

  /// Over the axes from one on: result, mean and inverse deviation.
  private func layerNormalized(
    _ data: Values, _ axis: Int, _ epsilon: Double, centers: Bool
  ) throws -> [Value] {
    let axis = try place(axis, rank: data.rank)
    let (outer, inner) = (Shape(data.shape[..<axis]), Shape(data.shape[axis...]))
    let (rows, width) = (outer.elementCount, inner.elementCount)
    let scale = try vector(operand(1), for: inner)
    let bias = try optional(2).map { try vector($0, for: inner) }
    var result = data
    var (means, factors) = ([Scalar](repeating: 0, count: rows), [Scalar](repeating: 0, count: rows))
    result.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        let part = UnsafeMutableBufferPointer(rebasing: values[row * width..<(row + 1) * width])
        var (mean, size) = moments(UnsafeBufferPointer(part))
        if !centers { (mean, size) = (0, size + mean * mean) }
        (means[row], factors[row]) = (Scalar(mean), Scalar(1 / (size + epsilon).squareRoot()))
        let (center, factor) = (means[row], factors[row])
        for index in 0..<width {
          part[index] = (part[index] - center) * factor * scale[index] + (bias?[index] ?? 0)
        }
      }
    }
    let statistics = outer + inner.map { _ in 1 }
    return [
      .numbers(result), .numbers(Values(shape: statistics, values: means)),
      .numbers(Values(shape: statistics, values: factors)),
    ]
  }

  /// An operand with an element for each of a shape that it repeats to.
  private func vector(_ value: Value, for shape: Shape) throws -> [Scalar] {
    guard let broadcast = Broadcast(value.shape, shape), broadcast.shape == shape else {
      throw self.shape("an operand has the shape \(describe(value.shape)) for the axes \(describe(shape))")
    }
    return value.expanded(to: shape, sharing: host.sharing).numbers.values
  }

  private func groupNormalized(_ data: Values, groups: Int, _ epsilon: Double) throws -> Value {
    let (scale, bias) = (try numbers(1).values, try numbers(2).values)
    guard data.rank >= 2, groups > 0 || data.shape[1] == 0, groups == 0 || data.shape[1] % groups == 0,
      [groups, data.shape[1]].contains(scale.count), bias.count == scale.count
    else {
      throw shape("\(groups) groups and \(scale.count) scales do not fit the shape \(describe(data.shape))")
    }
    var result = data
    let (channels, inner) = (data.shape[1], data.shape[2...].reduce(1, *))
    guard !data.values.isEmpty else { return .numbers(data) }
    let width = channels / groups * inner
    result.values.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: width) {
        let part = UnsafeMutableBufferPointer(rebasing: values[start..<start + width])
        let (mean, variance) = moments(UnsafeBufferPointer(part))
        let (center, factor) = (Scalar(mean), Scalar(1 / (variance + epsilon).squareRoot()))
        for channel in 0..<width / inner {
          let number = (start / inner + channel) % channels
          let place = scale.count == groups ? number / (channels / groups) : number
          for index in channel * inner..<(channel + 1) * inner {
            part[index] = (part[index] - center) * factor * scale[place] + bias[place]
          }
        }
      }
    }
    return .numbers(result)
  }

  private func localResponse(
    _ data: Values, _ size: Int, alpha: Double, beta: Double, bias: Double
  ) throws -> Value {
    guard data.rank >= 2, size > 0 else { throw shape("its size is \(size) for \(data.rank) axes") }
    let (channels, inner) = (data.shape[1], data.shape[2...].reduce(1, *))
    var result = data
    let (before, after) = ((size - 1) / 2, size / 2)
    for sample in 0..<data.shape[0] {
      for offset in 0..<inner {
        func place(_ channel: Int) -> Int { (sample * channels + channel) * inner + offset }
        for channel in 0..<channels {
          let window = max(0, channel - before)...min(channels - 1, channel + after)
          let sum = window.reduce(0.0) {
            $0 + Double(data.values[place($1)]) * Double(data.values[place($1)])
          }
          let factor = Double.pow(bias + alpha / Double(size) * sum, beta)
          result.values[place(channel)] = Scalar(Double(data.values[place(channel)]) / factor)
        }
      }
    }
    return .numbers(result)
  }
}
