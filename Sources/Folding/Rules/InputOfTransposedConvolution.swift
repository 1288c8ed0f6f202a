import ModelGraph
import Tensor

/// A map of a transposed convolution's input becomes part of its kernel and bias.
///
/// Before:      y = f(convT(s x + t, W) + b)
/// After:       y = f(convT(x, W') + b')
/// Conditions:  the map runs along the channels; t = 0, or every output is reached by one tap: window and strides of one
///              element. Otherwise outputs near the border are reached by fewer taps, and the shift differs
/// Formula:     W'[k, o, i] = s[i] * W[k, o, i];  b'[o] = b[o] + sum over i of W[0, o, i] * t[i]
enum InputOfTransposedConvolution: ConsumerRule {
  static let name = "input-of-transposed-convolution"

  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer {
    guard case .convolution(var convolution) = request.layer.operation else {
      preconditionFailure("not a convolution")
    }
    let kernel = try request.weight(.kernel)
    guard kernel.shape.count == convolution.kernelSize.count + 2 else {
      throw Refusal(.opaqueLayer, "\(request.path) has an unusual kernel")
    }
    let inputs = kernel.shape[kernel.shape.count - 1]
    let filters = kernel.shape[kernel.shape.count - 2]
    try request.requireAxis(
      convolution.dataFormat.channelAxis(rank: convolution.tensorRank), channels: inputs)
    let isPointwise = (convolution.kernelSize + convolution.strides).allSatisfy { $0 == 1 }
    if !isPointwise {
      try request.map.requireNoShift(
        at: request.path, because: "reaches outputs at the border with fewer taps, and sees")
    }
    var layer = request.layer
    if request.hasShift {
      let elements = try kernel.exactElements(from: store)
      let addend = (0..<filters).map { filter in
        (0..<inputs).reduce(0) { $0 + elements[filter * inputs + $1] * request.map.shift[$1] }
      }
      layer.set(try request.bias(adding: addend, like: kernel, store: store), after: .kernel)
      convolution.usesBias = true
      layer.operation = .convolution(convolution)
    }
    layer.set(kernel.scaled(by: ChannelScale(factors: request.map.scale, inner: 1)))
    return layer
  }
}
