import Bytes
import Elements
import ModelGraph

/// A convolution that is a term of a sum, and may change as long as the sum does not.
struct BranchConvolution {
  let kernel: Variable
  let taps: KernelTaps
  /// The axis of its channels.
  let axis: Int
  /// Why no other branch goes into it, where its window does not allow that.
  let obstacle: String

  fileprivate init(_ convolution: Convolution, _ kernel: Variable, path: ByteString) throws(Refusal) {
    guard let taps = KernelTaps(convolution, kernel: kernel.shape) else {
      throw Refusal(
        .branch, "what the windows of \(path) read depends on the size of the input, or is not known")
    }
    self.kernel = kernel
    self.taps = taps
    axis = convolution.dataFormat.channelAxis(rank: convolution.tensorRank)
    obstacle =
      if taps.strides.contains(where: { $0 != 1 }) {
        "\(path) has strides of \(convolution.strides)"
      } else if taps.outputs != taps.inputs {
        "\(path) makes \(taps.outputs) channels of \(taps.inputs)"
      } else if taps.cut.contains(where: { $0 != 0 }) {
        "the padding of \(path) (\(convolution.paddingName)) gives another size than that of its input"
      } else {
        "no element of the kernel of \(path), of size \(convolution.kernelSize), reads the place that it writes"
      }
  }
}

extension RewritableModel {
  /// Whether a term is a convolution of a tensor.
  func convolves(_ term: SumTree.Term, _ source: Int) -> Bool {
    let node = graph.nodes[graph.tensors[term.tensor].producer]
    guard case .convolution = layer(node.address).core.operation else { return false }
    return node.inputs == [source]
  }

  /// The convolution that a term of a sum is.
  ///
  /// - Throws: `Refusal` where something else than the sum needs what it gives, or it does more than to multiply.
  func branch(_ term: SumTree.Term, beside target: LayerAddress) throws(Refusal) -> BranchConvolution {
    let tensor = graph.tensors[term.tensor]
    let place = graph.nodes[tensor.producer]
    let layer = layer(place.address)
    try checkUsable(layer, place.call, beside: target)
    let calls = graph.nodesOfLayer[place.address]?.count ?? 0
    guard calls == 1, layer.wrapped.isEmpty, layer.configuration == nil else {
      throw Refusal(.sharedLayer, "\(place.path) is called \(calls) times, or by a wrapper")
    }
    if let obstacle = tensor.obstacle { throw obstacle }
    guard tensor.readers.count == 1 else {
      throw Refusal(.sharedOutput, "the output of \(tensor.name) is read \(tensor.readers.count) times")
    }
    guard case .convolution(let convolution) = layer.operation,
      let role = layer.operation.linearMap?.first.role
    else { throw Refusal(.noProducer, "\(place.path) is not a convolution") }
    guard convolution.activation == .linear else {
      throw Refusal(.activation, "\(place.path) ends with the activation \(convolution.activation)")
    }
    return try BranchConvolution(
      convolution, try layer.computableVariable(role, path: place.path), path: place.path)
  }
}

extension Layer {
  /// The convolution with numbers added to its output channels.
  ///
  /// - Throws: `Refusal` for a bias of another size, or what the store throws.
  func adding(
    _ shift: [Double], like kernel: Variable, in model: RewritableModel, _ address: LayerAddress
  ) throws -> Layer {
    let zeros = [Double](repeating: 0, count: shift.count)
    var layer = self
    layer.set(
      try foldedBias(
        ChannelAffine(scale: zeros.map { _ in 1 }, mean: zeros, beta: shift), like: kernel,
        takenNames: model.takenNames(address), store: model.store), after: kernel.role)
    layer.operation = layer.operation.with(bias: true)
    return layer
  }
}
