import Elements
import ModelGraph

/// A scale of an einsum layer's input becomes part of its kernel.
///
/// Before:      y = f(einsum(s x, W) + b)
/// After:       y = f(einsum(x, W') + b)
/// Conditions:  the map's axis has a label that the kernel has and the output has not; t = 0
/// Formula:     W' = W * s along the label's axis
enum InputOfEinsumDense: ConsumerRule, NamedRule {
  static let name = "input-of-einsum-dense"
  static let summary = "an einsum layer after it takes the scale along a label that it sums over"

  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer {
    guard case .einsumDense(let einsum) = request.layer.operation else {
      preconditionFailure("not an einsum layer")
    }
    let kernel = try request.weight(.kernel)
    let elided = request.rank - einsum.inputLabels.count
    let place = request.map.axis - (einsum.ellipsis == .leading ? elided : 0)
    guard einsum.ellipsis != .none || elided == 0, einsum.inputLabels.indices.contains(place),
      let axis = einsum.kernelLabels.firstIndex(of: einsum.inputLabels[place]),
      !einsum.outputLabels.contains(einsum.inputLabels[place]), axis < kernel.shape.count
    else {
      throw Refusal(.axisMismatch, "its axis (\(request.map.axis)) is not one that \(request.path) sums over")
    }
    guard kernel.shape[axis] == request.map.channels else {
      throw Refusal(.statisticsShape, "it has \(request.map.channels) channels; \(request.path) has others")
    }
    try request.map.requireNoShift(at: request.path, because: "has a bias of another shape, and sees")
    var layer = request.layer
    let inner = kernel.shape[(axis + 1)...].reduce(1, *)
    layer.set(kernel.scaled(by: ChannelScale(factors: request.map.scale, inner: inner)))
    return layer
  }
}
