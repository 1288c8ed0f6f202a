import Elements
import ModelGraph

/// A batch normalization after an einsum layer becomes part of its kernel and bias.
///
/// Before:      y = BN(einsum(x, W) + b), the batch normalization over one output axis or several
/// After:       y = einsum(x, W') + b'
/// Conditions:  the layer's activation is linear; each axis has a label that the kernel has and the input has not
/// Formula:     W' = W * s along the labels' axes; b' = (b - mean) * s + beta, b being broadcast to the labels
///
/// The bias gets a label where it did not have it: with `bias_axes` d and a batch normalization over e the new
/// bias runs over d and e, since each of its elements is scaled by another factor.
/// Source of the bias's shape: keras/src/layers/core/einsum_dense.py `_analyze_split_string`.
enum FoldIntoEinsumDense: FoldingRule, NamedRule {
  static let name = "einsum-dense"
  static let summary = "the kernel takes in the scale along an output label, the bias the shift"

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard case .einsumDense(var einsum) = request.layer.operation else {
      preconditionFailure("not an einsum layer")
    }
    try request.requireLinear(einsum.activation)
    let labels = try labels(of: request.axis, in: einsum, rank: request.outputShape?.count)
    let places = labels.compactMap { einsum.kernelLabels.firstIndex(of: $0) }
    guard places.count == labels.count, !labels.contains(where: einsum.inputLabels.contains) else {
      throw Refusal(.axisMismatch, "its axis is not an output axis of \(request.layer.name)'s kernel")
    }
    let original = try request.weight(.kernel)
    let sizes = places.map { original.shape[$0] }
    guard sizes.elementCount == request.map.channels else {
      throw Refusal(
        .statisticsShape,
        "it has statistics of \(request.map.channels) channels; \(request.layer.name) has \(sizes.elementCount)"
      )
    }
    var layer = request.layer
    let channels = ChannelPlace(of: original.shape, alongAxes: places)
    let kernel = original.scaled(by: channels.scale(request.map.scale))
    layer.set(kernel)
    let lengths = Dictionary(uniqueKeysWithValues: zip(labels, sizes))
    let bias = try bias(
      for: request, labels: labels, lengths: lengths, einsum: einsum, kernel: kernel, store: store)
    layer.set(bias, after: .kernel)
    let present = einsum.biasLabels ?? []
    einsum.biasLabels = present + labels.filter { !present.contains($0) }
    layer.operation = .einsumDense(einsum)
    return layer
  }

  /// The labels of output axes.
  private static func labels(
    of axis: ChannelAxis, in einsum: EinsumDense, rank: Int?
  ) throws(Refusal) -> [UInt8] {
    let labels = einsum.outputLabels
    let fixedRank = einsum.ellipsis == .none ? labels.count : rank
    let indices: [Int]? =
      switch (einsum.ellipsis, axis) {
      case (.trailing, _): nil
      case (_, .fromBack(let distance)): [labels.count - distance]
      case (_, .joined(let distances)): distances.map { labels.count - $0 }
      case (_, .fromFront):
        axis.index(rank: fixedRank).flatMap { index in
          fixedRank.map { [index - ($0 - labels.count)] }
        }
      }
    guard let indices, indices.allSatisfy(labels.indices.contains) else {
      throw Refusal(.axisMismatch, "its axis (\(axis)) has no label in the equation")
    }
    return indices.map { labels[$0] }
  }

  private static func bias(
    for request: FoldRequest, labels: [UInt8], lengths: [UInt8: Int], einsum: EinsumDense, kernel: Variable,
    store: any WeightStore
  ) throws -> Variable {
    let present = request.layer.variable(.bias)
    let oldLabels = einsum.biasLabels ?? []
    let oldTerms = terms(for: oldLabels, in: einsum)
    let newTerms = terms(for: oldLabels + labels, in: einsum)
    let oldShape = present?.shape ?? []
    guard oldShape.count == oldTerms.count else {
      throw Refusal(.statisticsShape, "the bias of \(request.layer.name) has an unexpected rank")
    }
    // Both shapes end with the last output axis: compare them from the back.
    let padding = newTerms.count - oldTerms.count
    let newShape = newTerms.indices.map { index in
      if let length = newTerms[index].flatMap({ lengths[$0] }) { return length }
      return index >= padding ? oldShape[index - padding] : 1
    }
    let old = try present?.exactElements(from: store) ?? [0]
    var values: [Double] = []
    for element in 0..<newShape.elementCount {
      var rest = element
      var source = 0
      var stride = 1
      var (channel, channelStride) = (0, 1)
      for index in newTerms.indices.reversed() {
        let position = rest % newShape[index]
        rest /= newShape[index]
        if newTerms[index].map(labels.contains) == true {
          channel += position * channelStride
          channelStride *= newShape[index]
        }
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
