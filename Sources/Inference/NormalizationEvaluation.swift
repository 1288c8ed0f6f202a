import Elements
import ModelGraph

/// Normalizations whose statistics come from the sample itself, or from the data that the model was made for.
extension LayerEvaluator {
  /// A batch normalization with statistics for each element of several axes.
  ///
  /// - Throws: `EvaluationError` where they do not fit the input.
  func evaluateOverAxes(_ normalization: BatchNormalization, _ input: Values) throws -> Values {
    let places = Set(normalization.axes.compactMap { normalizedAxis($0, rank: input.rank) })
    let shape = input.shape.indices.map { places.contains($0) ? input.shape[$0] : 1 }
    let (mean, scale, beta) = try statistics(normalization)
    func array(_ values: [Scalar]) -> Values { Values(shape: shape, values: values) }
    guard places.count == normalization.axes.count, !places.contains(0), mean.count == shape.elementCount,
      let result = input.combined(with: array(mean), { $0 - $1 })?.combined(with: array(scale), { $0 * $1 })?
        .combined(with: array(beta), { $0 + $1 })
    else { throw self.shape("its axes \(normalization.axes) do not fit the shape \(describe(input.shape))") }
    return result
  }

  /// - Returns: nil where the axes or weights do not fit the input.
  func evaluate(_ normalization: LayerNormalization, _ input: Values) throws -> Values? {
    let places = normalization.axes.compactMap { normalizedAxis($0, rank: input.rank) }
    // Keras gives gamma and beta the sizes of the axes as they are written, and reads them in ascending order.
    guard places.count == normalization.axes.count, places == places.sorted(), places.first ?? 0 > 0 else {
      return nil
    }
    let width = places.reduce(1) { $0 * input.shape[$1] }
    let scale: Role = normalization.kind == .rootMeanSquare ? .scale : .gamma
    let gamma = normalization.scales ? try weight(scale) : [Scalar](repeating: 1, count: width)
    let beta = normalization.centers ? try weight(.beta) : [Scalar](repeating: 0, count: width)
    guard gamma.count == width, beta.count == width else { return nil }
    let epsilon = Scalar(normalization.epsilon)
    return input.overAxes(places) { values in
      let (mean, variance) = moments(of: values)
      let center = normalization.kind == .standard ? mean : 0
      let size = normalization.kind == .rootMeanSquare ? variance + mean * mean : variance
      let scale = 1 / Scalar.sqrt(size + epsilon)
      for index in values.indices {
        values[index] = (values[index] - center) * scale * gamma[index] + beta[index]
      }
    }
  }

  /// - Returns: nil where the axis or the groups do not fit the input.
  func evaluate(_ normalization: GroupNormalization, _ input: Values) throws -> Values? {
    guard let axis = normalizedAxis(normalization.axis, rank: input.rank), axis > 0 else { return nil }
    let channels = input.shape[axis]
    let groups = normalization.groups ?? channels
    guard channels > 0, channels % groups == 0 else { return nil }
    let grouped = input.reshaped(
      input.shape[..<axis] + [groups, channels / groups] + input.shape[(axis + 1)...])
    let epsilon = Scalar(normalization.epsilon)
    let reduced = (1..<grouped.rank).filter { $0 != axis }
    let normalized = grouped.overAxes(reduced) { values in
      let (mean, variance) = moments(of: values)
      let scale = 1 / Scalar.sqrt(variance + epsilon)
      for index in values.indices { values[index] = (values[index] - mean) * scale }
    }
    let gamma = normalization.scales ? try weight(.gamma) : [Scalar](repeating: 1, count: channels)
    let beta = normalization.centers ? try weight(.beta) : [Scalar](repeating: 0, count: channels)
    guard let normalized, gamma.count == channels, beta.count == channels else { return nil }
    let zeros = [Scalar](repeating: 0, count: channels)
    return normalized.reshaped(input.shape).normalized(mean: zeros, scale: gamma, beta: beta, axis: axis)
  }

  /// Mean and variance, the latter dividing by the number of elements.
  private func moments(of values: UnsafeMutableBufferPointer<Scalar>) -> (mean: Scalar, variance: Scalar) {
    let mean = Scalar(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
    let squares = values.reduce(0.0) { $0 + Double(($1 - mean) * ($1 - mean)) }
    return (mean, Scalar(squares / Double(values.count)))
  }

  /// - Returns: nil where the axes or the statistics do not fit the input.
  func evaluate(_ normalization: DataNormalization, _ input: Values) throws -> Values? {
    let places = normalization.axes.compactMap { normalizedAxis($0, rank: input.rank) }.sorted()
    guard places.count == normalization.axes.count else { return nil }
    let shape = input.shape.indices.map { places.contains($0) ? input.shape[$0] : 1 }
    let mean: [Scalar]
    let variance: [Scalar]
    if let statistics = normalization.statistics {
      let count = statistics.mean.count == 1 ? shape.elementCount : 1
      mean = statistics.mean.flatMap { [Scalar](repeating: Scalar($0), count: count) }
      variance = statistics.variance.flatMap { [Scalar](repeating: Scalar($0), count: count) }
    } else {
      (mean, variance) = (try weight(.mean), try weight(.variance))
    }
    guard mean.count == shape.elementCount, variance.count == mean.count else { return nil }
    let smallest = Scalar(1e-7)
    let center = Values(shape: shape, values: mean)
    let scale = Values(shape: shape, values: variance.map { Scalar.larger(.sqrt($0), smallest) })
    return normalization.isInverse
      ? input.combined(with: scale) { $0 * $1 }?.combined(with: center) { $0 + $1 }
      : input.combined(with: center) { $0 - $1 }?.combined(with: scale) { $0 / $1 }
  }
}

extension DenseArray {
  /// Divides by the Euclidean norm over some axes; nil for axes that do not exist.
  func dividedByNorm(over axes: [Int], smallestNorm: Scalar) -> DenseArray? {
    overAxes(axes) { values in
      let norm = Scalar.sqrt(values.reduce(Scalar(0)) { $0 + $1 * $1 })
      let inverse = 1 / Scalar.larger(norm, smallestNorm)
      for index in values.indices { values[index] *= inverse }
    }
  }
}
