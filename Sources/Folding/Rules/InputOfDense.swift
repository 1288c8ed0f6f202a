import ModelGraph
import Tensor

/// A map of a dense layer's input becomes part of its kernel and bias.
///
/// Before:      y = f((s x + t) W + b)
/// After:       y = f(x W' + b')
/// Conditions:  the map runs along the last axis
/// Formula:     W'[i, o] = s[i] * W[i, o];  b'[o] = b[o] + sum over i of W[i, o] * t[i]
enum InputOfDense: ConsumerRule {
  static let name = "input-of-dense"

  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer {
    guard case .dense(var dense) = request.layer.operation else { preconditionFailure("not a dense layer") }
    let kernel = try request.weight(.kernel)
    guard kernel.shape.count == 2 else {
      throw Refusal(.opaqueLayer, "\(request.path) has an unusual kernel")
    }
    try request.requireAxis(request.rank - 1, channels: kernel.shape[0])
    var layer = request.layer
    if request.hasShift {
      let elements: [Double] = try kernel.exactElements(from: store)
      let units = kernel.shape[1]
      var addend = [Double](repeating: 0, count: units)
      for (input, shift) in request.map.shift.enumerated() where shift != 0 {
        for unit in 0..<units { addend[unit] += elements[input * units + unit] * shift }
      }
      layer.set(try request.bias(adding: addend, like: kernel, store: store), after: .kernel)
      dense.usesBias = true
      layer.operation = .dense(dense)
    }
    layer.set(kernel.scaled(by: ChannelScale(factors: request.map.scale, inner: kernel.shape[1])))
    return layer
  }
}
