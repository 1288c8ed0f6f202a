import Elements
import ModelGraph

/// What a term of a sum is of the tensor that it comes from: a convolution of it, or itself, each channel with a scale and a shift.
struct BranchForm {
  /// The convolution; nil for the tensor itself.
  let convolution: BranchConvolution?
  /// One for each channel of the term, or one for all of them.
  private(set) var scale: [Double] = [1]
  private(set) var shift: [Double] = [0]

  /// Layers between a convolution and a sum, at most.
  private static let most = 8

  /// - Parameters:
  ///   - term: a tensor of the graph.
  ///   - axis: of the channels.
  ///   - looksPastZeros: whether a convolution is one of what is before the zeros beside its input.
  ///   - isSource: whether a tensor is the one that it has to come from.
  /// - Returns: nil where it is not of this form.
  /// - Throws: what the store throws.
  init?(
    of term: Int, in graph: FlatGraph, axis: Int, looksPastZeros: Bool, from store: any WeightStore,
    isSource: (Int) -> Bool
  ) throws {
    var tensor = term
    // The last layer comes first.
    var affines: [ChannelAffine] = []
    var found: BranchConvolution?
    while !isSource(tensor) {
      guard let producer = graph.tensors[tensor].producer, affines.count < Self.most else { return nil }
      let node = graph.nodes[producer]
      guard node.inputs.count == 1, node.outputs.count == 1, node.isPlain,
        node.layer.precision == graph.tensors[term].precision
      else { return nil }
      if let convolution = BranchConvolution(node, in: graph, looksPastZeros: looksPastZeros) {
        guard isSource(convolution.source), convolution.axis == axis else { return nil }
        found = convolution
        break
      }
      let shape = graph.tensors[node.inputs[0]].shape
      guard let affine = try ChannelAffine(of: node, input: shape, from: store),
        affine.count == 1 || affine.axis.index(rank: shape?.count) == axis,
        shape == graph.tensors[tensor].shape
      else { return nil }
      affines.append(affine)
      tensor = node.inputs[0]
    }
    convolution = found
    for affine in affines.reversed() { apply(affine) }
  }

  private mutating func apply(_ affine: ChannelAffine) {
    let count = max(affine.count, scale.count)
    func value(_ values: [Double], _ channel: Int) -> Double { values[values.count == 1 ? 0 : channel] }
    guard [affine.count, scale.count].allSatisfy({ $0 == 1 || $0 == count }) else {
      (scale, shift) = ([], [])
      return
    }
    let (before, moved) = (scale, shift)
    scale = (0..<count).map { value(before, $0) * value(affine.scale, $0) }
    shift = (0..<count).map {
      (value(moved, $0) - value(affine.mean, $0)) * value(affine.scale, $0) + value(affine.shift, $0)
    }
  }

  /// Scale and shift of each of so many channels; nil where it has others.
  func values(channels: Int) -> (scale: [Double], shift: [Double])? {
    func spread(_ values: [Double]) -> [Double]? {
      if values.count == channels { return values }
      return values.count == 1 ? [Double](repeating: values[0], count: channels) : nil
    }
    guard let scale = spread(scale), let shift = spread(shift), (scale + shift).allSatisfy(\.isFinite) else {
      return nil
    }
    return (scale, shift)
  }
}

/// A convolution with the zeros beside its input, by the taps of its kernel.
struct BranchConvolution {
  let node: FlatGraph.Node
  /// The tensor before the zeros that are put beside it.
  let source: Int
  let kernel: Variable
  let taps: KernelTaps
  /// The axis of the channels.
  let axis: Int
  /// Whether zeros are put beside the source before.
  var hasZeros: Bool { source != node.inputs[0] }

  /// - Parameters:
  ///   - node: of the graph.
  ///   - looksPastZeros: whether zeros beside its input are a part of it; other branches may read them, too.
  /// - Returns: nil for anything but a convolution that does nothing else.
  init?(_ node: FlatGraph.Node, in graph: FlatGraph, looksPastZeros: Bool) {
    guard case .convolution(let convolution) = node.operation, convolution.activation == .linear,
      node.part != .depthwise, node.part != .pointwise, node.isPlain, node.inputs.count == 1,
      let kernel = node.kernel, kernel.elementType.isFloatingPoint
    else { return nil }
    var source = node.inputs[0]
    var zeros: [EdgeAmounts]?
    if looksPastZeros, let producer = graph.tensors[source].producer.map({ graph.nodes[$0] }),
      case .zeroPadding(let amounts, convolution.dataFormat) = producer.operation, producer.inputs.count == 1,
      producer.isPlain, amounts.count == convolution.kernelSize.count
    {
      (zeros, source) = (amounts, producer.inputs[0])
    }
    guard let taps = KernelTaps(convolution, kernel: kernel.shape, zeros: zeros) else { return nil }
    (self.node, self.source, self.kernel, self.taps) = (node, source, kernel, taps)
    axis = convolution.dataFormat.channelAxis(rank: convolution.tensorRank)
  }
}
