import Elements

/// What all layers that multiply their input with kernels and add a bias have in common.
public struct LinearMap: Sendable, Hashable {
  /// What the layer is called in rules and reports.
  public enum Kind: String, Sendable, CaseIterable {
    case dense, convolution
    case depthwiseConvolution = "depthwise-convolution"
    case separableConvolution = "separable-convolution"
    case transposedConvolution = "transposed-convolution"
  }

  /// A kernel and how its axes are ordered.
  public struct Kernel: Sendable, Hashable {
    public var role: Role
    public var layout: KernelLayout
    public var groups = 1
  }

  public var kind: Kind
  /// The kernel that the input meets.
  public var first: Kernel
  /// The kernel that gives the output, where it is another one.
  public var second: Kernel?
  /// The axis of the channels in input and output.
  public var axis: ChannelAxis
  /// The rank of input and output, where the layer decides it.
  public var rank: Int?
  public var usesBias: Bool
  public var activation: Activation
  /// Whether outputs near a border are sums of fewer products, as if zeros were read beside the tensor.
  public var seesZeros: Bool

  /// The kernel that gives the output.
  public var last: Kernel { second ?? first }

  /// The channels of each element of a kernel; nil for a shape that the layer cannot have.
  ///
  /// - Parameters:
  ///   - kernel: one of the layer's.
  ///   - shape: of the kernel.
  public func axes(of kernel: Kernel, shape: Shape) -> KernelAxes? {
    guard rank == nil || rank == shape.count else { return nil }
    return kernel.layout.axes(shape: shape, groups: kernel.groups)
  }
}

extension Operation {
  /// The layer as a product with kernels; nil for all others, and for an einsum layer, whose axes have labels.
  public var linearMap: LinearMap? {
    switch self {
    case .dense(let dense):
      LinearMap(
        kind: .dense, first: LinearMap.Kernel(role: .kernel, layout: dense.kernelLayout), axis: .fromBack(1),
        usesBias: dense.usesBias, activation: dense.activation, seesZeros: false)
    case .convolution(let convolution): convolution.linearMap
    default: nil
    }
  }

  /// Whether it multiplies its input with kernels.
  public var multiplies: Bool { if case .einsumDense = self { true } else { linearMap != nil } }

  /// Whether it has a kernel, or a table, that can take a map.
  public var hasKernel: Bool { if case .embedding = self { true } else { multiplies } }

  /// The same with or without a bias; of an einsum layer only without.
  ///
  /// - Parameter usesBias: whether there is one.
  public func with(bias usesBias: Bool) -> Operation {
    switch self {
    case .dense(var dense):
      dense.usesBias = usesBias
      return .dense(dense)
    case .convolution(var convolution):
      convolution.usesBias = usesBias
      return .convolution(convolution)
    case .einsumDense(var einsum) where !usesBias:
      einsum.biasLabels = nil
      return .einsumDense(einsum)
    default: return self
    }
  }
}

extension Convolution {
  fileprivate var linearMap: LinearMap {
    let (kind, first, second): (LinearMap.Kind, LinearMap.Kernel, LinearMap.Kernel?) =
      switch self.kind {
      case .regular(let groups):
        (
          .convolution,
          LinearMap.Kernel(role: .kernel, layout: kernelLayout ?? .outputLast, groups: groups), nil
        )
      case .depthwise:
        (.depthwiseConvolution, LinearMap.Kernel(role: .depthwiseKernel, layout: .depthwise), nil)
      case .separable:
        (
          .separableConvolution, LinearMap.Kernel(role: .depthwiseKernel, layout: .depthwise),
          LinearMap.Kernel(role: .pointwiseKernel, layout: .outputLast)
        )
      case .transposed(_, let groups):
        (
          .transposedConvolution,
          LinearMap.Kernel(role: .kernel, layout: kernelLayout ?? .inputLast, groups: groups), nil
        )
      }
    return LinearMap(
      kind: kind, first: first, second: second,
      axis: .fromFront(dataFormat.channelAxis(rank: tensorRank)), rank: tensorRank, usesBias: usesBias,
      activation: activation, seesZeros: seesZeros)
  }

  private var seesZeros: Bool {
    guard case .transposed(let outputPadding, _) = kind else { return isPadded }
    // What is added at the end is a sum of no products at all.
    return !(kernelSize + strides).allSatisfy { $0 == 1 } || outputPadding.contains { $0 > 0 }
  }
}
