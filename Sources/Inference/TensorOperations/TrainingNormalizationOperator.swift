import Elements
import ModelGraph

/// A batch normalization with the statistics of the batch, and the running ones that follow from them.
///
/// Source: ONNX operator specification, BatchNormalization with `training_mode` = 1.
extension TensorEvaluator {
  func trainingNormalized(epsilon: Double, momentum: Double) throws -> [Value] {
    let data = try numbers(0)
    guard data.rank >= 2, !data.values.isEmpty else {
      throw shape("its input has the shape \(describe(data.shape))")
    }
    let channels = data.shape[1]
    let parameters = try (1...4).map { try numbers($0).values }
    guard parameters.allSatisfy({ $0.count == channels }) else {
      throw shape("its operands do not have \(channels) elements")
    }
    let statistics = moments(of: data)
    let scale = zip(parameters[0], statistics.variances).map {
      Scalar(Double($0) / ($1 + epsilon).squareRoot())
    }
    let result = data.normalized(
      mean: statistics.means.map { Scalar($0) }, scale: scale, beta: parameters[1], axis: 1,
      sharing: host.sharing)
    func running(_ old: [Scalar], _ new: [Double]) -> Value {
      .numbers(
        Values(
          shape: [channels],
          values: zip(old, new).map { Scalar(Double($0) * momentum + $1 * (1 - momentum)) }))
    }
    return [
      .numbers(result), running(parameters[2], statistics.means),
      running(parameters[3], statistics.variances),
    ]
  }

  /// Mean and variance of each channel, the latter dividing by the number of elements.
  private func moments(of data: Values) -> (means: [Double], variances: [Double]) {
    let (channels, inner) = (data.shape[1], data.shape[2...].reduce(1, *))
    let count = Double(data.shape[0] * inner)
    func sums(_ value: (Scalar, _ channel: Int) -> Double) -> [Double] {
      (0..<channels).map { channel in
        (0..<data.shape[0]).reduce(0.0) { sum, sample in
          let start = (sample * channels + channel) * inner
          return data.values[start..<start + inner].reduce(sum) { $0 + value($1, channel) }
        }
      }
    }
    let means = sums { value, _ in Double(value) }.map { $0 / count }
    let squares = sums { value, channel in
      (Double(value) - means[channel]) * (Double(value) - means[channel])
    }
    return (means, squares.map { $0 / count })
  }
}
