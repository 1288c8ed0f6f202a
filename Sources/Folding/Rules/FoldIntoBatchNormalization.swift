import Elements
import ModelGraph

/// A batch normalization after a batch normalization becomes part of its gamma and beta.
///
/// Before:      y = BN2(BN1(x)), both over the same axis
/// After:       y = BN1'(x)
/// Conditions:  as many statistics; the first stays where it is
/// Formula:     gamma1' = gamma1 * s2;  beta1' = (beta1 - mean2) * s2 + beta2
///
/// Mean, variance and epsilon of the first stay as they are, so that nothing is rounded but gamma and beta. A gamma
/// or beta that it did not have is added.
enum FoldIntoBatchNormalization: FoldingRule, NamedRule {
  static let name = "batch-normalization"
  static let summary = "another batch normalization's gamma and beta take it in"

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard case .batchNormalization(var normalization) = request.layer.operation else {
      preconditionFailure("not a batch normalization")
    }
    // The first one's own statistics have to make sense as well.
    let first = try ChannelAffine(of: request.layer, normalization: normalization, from: store)
    let axis = try request.layer.channelAxis(of: normalization)
    try request.requireAxis(axis, channels: first.channels, rank: nil)
    let mean = try request.weight(.movingMean)
    var layer = request.layer
    let gamma =
      layer.variable(.gamma)
      ?? mean.newSibling(.gamma, named: "gamma", value: 1, notIn: request.takenNames)
    layer.set(gamma.scaled(by: ChannelScale(factors: request.map.scale, inner: 1)))
    var beta =
      layer.variable(.beta)
      ?? mean.newSibling(.beta, named: "beta", value: 0, notIn: request.takenNames)
    let old = try beta.exactElements(from: store)
    beta.value = .computed(old.indices.map { request.map.applied(to: old[$0], channel: $0) })
    layer.set(beta, after: .gamma)
    normalization.scales = true
    normalization.centers = true
    layer.operation = .batchNormalization(normalization)
    return layer
  }
}
