import Elements
import ModelGraph

/// Layers that change each element on its own.
extension LayerEvaluator {
  /// What the layer does to each element of an array; nil where it is not elementwise or does not fit.
  ///
  /// - Parameters:
  ///   - shape: of the array.
  ///   - isFirstInput: whether the array is the first input of the layer.
  ///   - others: its other inputs, in order.
  /// - Throws: what reading the weights throws, or `EvaluationError` for a batch normalization that is not run.
  func elementwiseSteps(
    on shape: Shape, isFirstInput: Bool = true, others: [Values] = []
  ) throws -> [ElementwiseStep<Scalar>]? {
    // `x + y` is a function of two tensors, and for a block of elements what a layer is.
    switch layer.operation.canonical {
    case .merge(let merge):
      // Sums of more than two keep their order.
      guard isFirstInput || others.count == 1, !others.isEmpty else { return nil }
      let steps = others.compactMap { merge.elementwiseStep(with: $0, on: shape) }
      return steps.count == others.count ? steps : nil
    case .identity where others.isEmpty: return []
    case .activation(let activation) where others.isEmpty: return ElementwiseStep.steps(of: activation)
    case .batchNormalization(let normalization) where others.isEmpty:
      guard normalization.axis(rank: shape.count) == shape.count - 1 else { return nil }
      let (mean, scale, beta) = try statistics(normalization)
      return mean.count == shape.last ? [.normalization(mean: mean, scale: scale, beta: beta)] : nil
    default: return nil
    }
  }

  /// The result of a layer that changes each element of one of its inputs; nil for another one.
  func evaluateElementwise(_ inputs: [Values], tail: ElementwiseTail<Scalar>) throws -> Values? {
    for (index, input) in inputs.enumerated() {
      var others = inputs
      others.remove(at: index)
      guard let steps = try elementwiseSteps(on: input.shape, isFirstInput: index == 0, others: others) else {
        continue
      }
      let all = ElementwiseTail(steps: steps + tail.steps)
      try checkFits(all, input.shape)
      return input.applying(all, sharing: sharing)
    }
    return nil
  }

  /// What a batch normalization subtracts from, multiplies with and adds to each channel.
  ///
  /// - Throws: `EvaluationError` for one that is not run, or what reading the weights throws.
  func statistics(
    _ normalization: BatchNormalization
  ) throws -> (mean: [Scalar], scale: [Scalar], beta: [Scalar]) {
    if let obstacle = normalization.obstacle { throw EvaluationError(.notRun(obstacle), layer: layer.name) }
    let statistics = try batchStatistics ?? movingStatistics()
    let mean = statistics.mean.map { Scalar($0) }
    let gamma = normalization.scales ? try weight(.gamma) : [Scalar](repeating: 1, count: mean.count)
    let beta = normalization.centers ? try weight(.beta) : [Scalar](repeating: 0, count: mean.count)
    guard [gamma.count, beta.count].allSatisfy({ $0 == mean.count }) else {
      throw shape("its weights have different numbers of channels")
    }
    let scale = gamma.indices.map { channel in
      Scalar(
        statistics.scale(ofChannel: channel, gamma: Double(gamma[channel]), epsilon: normalization.epsilon))
    }
    return (mean, scale, beta)
  }

  private func movingStatistics() throws -> ChannelStatistics {
    let exact = LayerEvaluator<Double>(layer: layer, weights: weights, sharing: .none)
    let (mean, variance) = (try exact.weight(.movingMean), try exact.weight(.movingVariance))
    guard mean.count == variance.count else { throw shape("its weights have different numbers of channels") }
    return ChannelStatistics(mean: mean, variance: variance)
  }
}

extension Merge {
  /// What merging with another array does to each element of one; nil where it is not elementwise.
  fileprivate func elementwiseStep<Scalar: InferenceScalar>(
    with other: DenseArray<Scalar>, on shape: Shape
  ) -> ElementwiseStep<Scalar>? {
    switch self {
    case .add where other.shape == shape: return .sum(other.values)
    case .multiply where other.shape == shape: return .product(other.values)
    case .multiply
    where shape.count > 2
      && other.shape == [shape[0]] + shape[1..<shape.count - 1].map { _ in 1 } + [shape[shape.count - 1]]:
      return .channelProduct(other.values, rowsOfASample: shape[1..<shape.count - 1].reduce(1, *))
    default: return nil
    }
  }
}

extension Operation {
  /// The activation that a call of the layer ends in, be it all that the layer does; nil for layers that have none.
  var lastActivation: Activation? {
    if case .activation(let activation) = self { activation } else { ownActivation }
  }
}
