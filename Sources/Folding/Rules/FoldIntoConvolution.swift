import ModelGraph
import Tensor

/// A batch normalization after a convolution becomes part of its kernel and bias.
///
/// Before:      y = BN(conv(x, W) + b), the batch normalization over the channel axis
/// After:       y = conv(x, W') + b'
/// Conditions:  the layer's activation is linear; as many statistics as output channels
/// Formula:     W'[…, o] = W[…, o] * s[o] on the output channels of the last kernel that is applied;
///              b'[o] = (b[o] - mean[o]) * s[o] + beta[o]
///
/// Where the output channels stand: last in ordinary (also grouped) and pointwise kernels, second last in
/// transposed ones; in depthwise kernels they are the last two axes together, since output channel
/// `c * multiplier + m` comes from element `[…, c, m]`.
enum FoldIntoConvolution: FoldingRule {
  static let name = "convolution"

  static func channelAxis(of layer: Layer) -> ChannelAxis? {
    guard case .convolution(let convolution) = layer.operation else { return nil }
    return .fromFront(convolution.dataFormat.channelAxis(rank: convolution.tensorRank))
  }

  /// The names in the ledger of all kinds.
  static var names: [String] {
    [
      Convolution.Kind.regular(groups: 1), .depthwise(multiplier: 1), .separable(multiplier: 1),
      .transposed(outputPadding: nil),
    ].map { name(for: $0) }
  }

  /// The name in the ledger, by kind.
  static func name(for kind: Convolution.Kind) -> String {
    switch kind {
    case .regular: name
    case .depthwise: "depthwise-convolution"
    case .separable: "separable-convolution"
    case .transposed: "transposed-convolution"
    }
  }

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard case .convolution(var convolution) = request.layer.operation,
      let axis = channelAxis(of: request.layer)
    else { preconditionFailure("not a convolution") }
    try request.requireLinear(convolution.activation)
    let role = role(of: convolution.kind)
    let original = try request.weight(role)
    let (channels, inner) = layout(of: convolution.kind, shape: original.shape)
    try request.requireAxis(axis, channels: channels, rank: convolution.tensorRank)
    var layer = request.layer
    let kernel = original.scaled(by: ChannelScale(factors: request.map.scale, inner: inner))
    layer.set(kernel)
    layer.set(
      try request.layer.foldedBias(
        request.map, like: kernel, takenNames: request.takenNames, store: store), after: role)
    convolution.usesBias = true
    layer.operation = .convolution(convolution)
    return layer
  }

  private static func role(of kind: Convolution.Kind) -> Role {
    switch kind {
    case .regular, .transposed: .kernel
    case .depthwise: .depthwiseKernel
    case .separable: .pointwiseKernel
    }
  }

  /// The number of output channels, and of elements behind one of them.
  private static func layout(of kind: Convolution.Kind, shape: Shape) -> (channels: Int, inner: Int) {
    let last = shape[shape.count - 1]
    let secondLast = shape[shape.count - 2]
    switch kind {
    case .regular, .separable: return (last, 1)
    case .depthwise: return (secondLast * last, 1)
    case .transposed: return (secondLast, last)
    }
  }
}
