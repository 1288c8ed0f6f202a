import ModelGraph
import Tensor

/// A batch normalization after a dense layer becomes part of its kernel and bias.
///
/// Before:      y = BN(x W + b), the batch normalization over the last axis
/// After:       y = x W' + b'
/// Conditions:  the layer's activation is linear; as many statistics as units
/// Formula:     W'[i, o] = W[i, o] * s[o];  b'[o] = (b[o] - mean[o]) * s[o] + beta[o]
enum FoldIntoDense: FoldingRule {
  static let name = "dense"

  static func channelAxis(of layer: Layer) -> ChannelAxis? { .fromBack(1) }

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard case .dense(var dense) = request.layer.operation else { preconditionFailure("not a dense layer") }
    try request.requireLinear(dense.activation)
    try request.requireAxis(.fromBack(1), channels: dense.units, rank: nil)
    var layer = request.layer
    let kernel = try request.weight(.kernel).scaled(by: ChannelScale(factors: request.map.scale, inner: 1))
    layer.set(kernel)
    layer.set(
      try request.layer.foldedBias(
        request.map, like: kernel, takenNames: request.takenNames, store: store), after: .kernel)
    dense.usesBias = true
    layer.operation = .dense(dense)
    return layer
  }
}
