import Elements
import ModelGraph

/// A map of a batch normalization's input becomes part of its gamma and mean.
///
/// Before:      y = BN(s x + t), the batch normalization over the map's axis
/// After:       y = BN'(x)
/// Conditions:  the same axis, as many channels
/// Formula:     gamma' = s * gamma;  mean' = (mean - t) / s.  Where s = 0: gamma' = 0, and beta' is the constant result
///
/// Variance and epsilon stay as they are, so that nothing is rounded but gamma and the mean. A gamma that it did not have is
/// added, and a beta where a scale is 0.
enum InputOfBatchNormalization: ConsumerRule, NamedRule {
  static let name = "input-of-batch-normalization"
  static let summary = "a batch normalization after it takes it into gamma and mean"

  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer {
    guard case .batchNormalization(var normalization) = request.layer.operation else {
      preconditionFailure("not a batch normalization")
    }
    let own = try ChannelAffine(of: request.layer, normalization: normalization, from: store)
    guard let axis = normalization.axis(rank: request.rank) else {
      throw Refusal(.axisMismatch, "\(request.path) has an axis that its input does not have")
    }
    try request.requireAxis(axis, channels: own.channels)
    let (scale, shift) = (request.map.scale, request.map.shift)
    var mean = try request.weight(.movingMean)
    var layer = request.layer
    let gamma =
      layer.variable(.gamma)
      ?? mean.newSibling(.gamma, named: "gamma", value: 1, notIn: request.takenNames)
    layer.set(gamma.scaled(by: ChannelScale(factors: scale, inner: 1)))
    if scale.contains(0) {
      var beta =
        layer.variable(.beta)
        ?? mean.newSibling(.beta, named: "beta", value: 0, notIn: request.takenNames)
      let old = try beta.exactElements(from: store)
      beta.value = .computed(
        old.indices.map { scale[$0] == 0 ? own.applied(to: shift[$0], channel: $0) : old[$0] })
      layer.set(beta, after: .gamma)
      normalization.centers = true
    }
    mean.value = .computed(
      own.mean.indices.map { scale[$0] == 0 ? own.mean[$0] : (own.mean[$0] - shift[$0]) / scale[$0] })
    layer.set(mean)
    normalization.scales = true
    layer.operation = .batchNormalization(normalization)
    return layer
  }
}
