import ModelGraph

/// A batch normalization after a dense layer or a convolution becomes part of its kernel and bias.
///
/// Before:      y = BN(linear(x, W) + b), the batch normalization over the channel axis
/// After:       y = linear(x, W') + b'
/// Conditions:  the layer's activation is linear; as many statistics as output channels
/// Formula:     W'[…, o] = W[…, o] * s[o] on the output channels of the last kernel that is applied;
///              b'[o] = (b[o] - mean[o]) * s[o] + beta[o]
///
/// Where the output channels are, `KernelAxes` says.
enum FoldIntoLinearLayer: FoldingRule {
  static let names = LinearMap.Kind.allCases.map(\.rawValue)

  static func name(for operation: Operation) -> String { operation.linearMap?.kind.rawValue ?? "" }

  static func summary(of name: String) -> String? {
    switch LinearMap.Kind(rawValue: name) {
    case .dense?: "the dense layer's kernel and bias take in scale and shift"
    case .convolution?, .transposedConvolution?:
      "the convolution's kernel takes in the scale along its output channels, its bias the shift"
    case .depthwiseConvolution?: "the depthwise kernel takes in the scale, the bias the shift"
    case .separableConvolution?: "the pointwise kernel takes in the scale, the bias the shift"
    case nil: nil
    }
  }

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard let linear = request.layer.operation.linearMap else { preconditionFailure("not a linear layer") }
    try request.requireLinear(linear.activation)
    let original = try request.weight(linear.last.role)
    guard let axes = linear.axes(of: linear.last, shape: original.shape) else {
      throw Refusal(.opaqueLayer, "\(request.layer.name) has an unusual kernel")
    }
    try request.requireAxis(linear.axis, channels: axes.outputs, rank: linear.rank)
    var layer = request.layer
    let kernel = original.scaled(by: axes.output.scale(request.map.scale))
    layer.set(kernel)
    // A layer without a bias does not need one for a scale.
    if !linear.usesBias, request.map.shift.allSatisfy({ $0 == 0 }) { return layer }
    layer.set(
      try request.layer.foldedBias(
        request.map, like: kernel, takenNames: request.takenNames, store: store), after: linear.last.role)
    layer.operation = layer.operation.with(bias: true)
    return layer
  }
}
