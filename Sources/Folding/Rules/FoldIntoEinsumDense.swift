import ModelGraph
import Tensor

/// A batch normalization after an einsum layer becomes part of its kernel and bias.
///
/// Before:      y = BN(einsum(x, W) + b), the batch normalization over one output axis
/// After:       y = einsum(x, W') + b'
/// Conditions:  the layer's activation is linear; the axis has a label that the kernel has and the input has not
/// Formula:     W' = W * s along the label's axis; b' = (b - mean) * s + beta, b being broadcast to the label
///
/// The bias gets the label where it did not have it: with `bias_axes` d and a batch normalization over e the new
/// bias runs over d and e, since each of its elements is scaled by another factor.
/// Source of the bias's shape: keras/src/layers/core/einsum_dense.py `_analyze_split_string`.
enum FoldIntoEinsumDense: FoldingRule {
  static let name = "einsum-dense"

  static func channelAxis(of layer: Layer) -> ChannelAxis? { nil }

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard case .einsumDense(var einsum) = request.layer.operation else {
      preconditionFailure("not an einsum layer")
    }
    try request.requireLinear(einsum.activation)
    let label = try label(of: request.axis, in: einsum, rank: request.outputShape?.count)
    guard let place = einsum.kernelLabels.firstIndex(of: label), !einsum.inputLabels.contains(label) else {
      throw Refusal(.axisMismatch, "its axis is not an output axis of \(request.layer.name)'s kernel")
    }
    let original = try request.weight(.kernel)
    guard original.shape[place] == request.map.channels else {
      throw Refusal(
        .statisticsShape,
        "it has statistics of \(request.map.channels) channels; \(request.layer.name) has \(original.shape[place])"
      )
    }
    var layer = request.layer
    let inner = original.shape[(place + 1)...].reduce(1, *)
    let kernel = original.scaled(by: ChannelScale(factors: request.map.scale, inner: inner))
    layer.set(kernel)
    let bias = try bias(for: request, label: label, einsum: einsum, kernel: kernel, store: store)
    layer.set(bias, after: .kernel)
    if einsum.biasLabels?.contains(label) != true { einsum.biasLabels = (einsum.biasLabels ?? []) + [label] }
    layer.operation = .einsumDense(einsum)
    return layer
  }

  /// The label of an output axis.
  private static func label(of axis: ChannelAxis, in einsum: EinsumDense, rank: Int?) throws(Refusal) -> UInt8
  {
    let labels = einsum.outputLabels
    let fixedRank = einsum.ellipsis == .none ? labels.count : rank
    let index: Int? =
      switch (einsum.ellipsis, axis) {
      case (.trailing, _): nil
      case (_, .fromBack(let distance)): labels.count - distance
      case (_, .fromFront):
        axis.index(rank: fixedRank).flatMap { index in
          fixedRank.map { index - ($0 - labels.count) }
        }
      }
    guard let index, labels.indices.contains(index) else {
      throw Refusal(.axisMismatch, "its axis (\(axis)) has no label in the equation")
    }
    return labels[index]
  }

  private static func bias(
    for request: FoldRequest, label: UInt8, einsum: EinsumDense, kernel: Variable, store: any WeightStore
  ) throws -> Variable {
    let present = request.layer.variable(.bias)
    let oldLabels = einsum.biasLabels ?? []
    let oldTerms = terms(for: oldLabels, in: einsum)
    let newTerms = terms(for: oldLabels + [label], in: einsum)
    let oldShape = present?.shape ?? []
    guard oldShape.count == oldTerms.count else {
      throw Refusal(.statisticsShape, "the bias of \(request.layer.name) has an unexpected rank")
    }
    // Both shapes end with the last output axis: compare them from the back.
    let padding = newTerms.count - oldTerms.count
    let newShape = newTerms.indices.map { index in
      if newTerms[index] == label { return request.map.channels }
      return index >= padding ? oldShape[index - padding] : 1
    }
    let old = try present?.exactElements(from: store) ?? [0]
    var values: [Double] = []
    for element in 0..<newShape.elementCount {
      var rest = element
      var source = 0
      var stride = 1
      var channel = 0
      for index in newTerms.indices.reversed() {
        let position = rest % newShape[index]
        rest /= newShape[index]
        if newTerms[index] == label { channel = position }
        guard index >= padding else { continue }
        let size = oldShape[index - padding]
        source += (size == 1 ? 0 : position) * stride
        stride *= size
      }
      values.append(request.map.applied(to: old[source], channel: channel))
    }
    return Variable(
      role: .bias, isTrainable: true,
      name: present?.name ?? kernel.siblingName("bias", notIn: request.takenNames),
      shape: newShape, elementType: present?.elementType ?? kernel.elementType, value: .computed(values))
  }

  /// The output labels from the first one of the bias to the end, nil where the bias has size 1.
  private static func terms(for labels: [UInt8], in einsum: EinsumDense) -> [UInt8?] {
    guard let first = einsum.outputLabels.firstIndex(where: labels.contains) else { return [] }
    return einsum.outputLabels[first...].map { labels.contains($0) ? $0 : nil }
  }
}
