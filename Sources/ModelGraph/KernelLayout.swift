import Elements

/// How the axes of a kernel are ordered, and with it which elements belong to a channel.
///
/// Source: keras/src/layers, `build` of each class; torch/nn/modules/conv.py and linear.py, shapes of `weight`.
public enum KernelLayout: String, Sendable, CaseIterable {
  /// Output channels first: convolutions of PyTorch, grouped and depthwise ones among them.
  case outputFirst = "OIHW"
  /// Output channels last: convolutions of Keras.
  case outputLast = "HWIO"
  /// Input channels first, then output channels of a group: transposed convolutions of PyTorch.
  case inputFirst = "IOHW"
  /// (outputs, inputs): linear layers of PyTorch.
  case linear
  /// (inputs, outputs): dense layers of Keras.
  case transposed
  /// Output channels on the last two axes: depthwise convolutions of Keras.
  case depthwise
  /// Input channels last, output channels of a group before them: transposed convolutions of Keras.
  case inputLast = "HWOI"

  /// The channels of each element; nil for a kernel that this layout cannot have.
  ///
  /// - Parameters:
  ///   - shape: of the kernel.
  ///   - groups: contiguous groups of output channels that each read input channels of their own.
  public func axes(shape: Shape, groups: Int = 1) -> KernelAxes? {
    let rank = shape.count
    guard rank >= 2, shape.allSatisfy({ $0 > 0 }), groups > 0 else { return nil }
    func place(_ axes: Int...) -> ChannelPlace { ChannelPlace(of: shape, alongAxes: axes) }
    switch self {
    case .linear, .outputFirst:
      guard self == .outputFirst || rank == 2, shape[0] % groups == 0 else { return nil }
      return KernelAxes(output: place(0), input: place(1), groups: groups)
    case .transposed, .outputLast:
      guard self == .outputLast || rank == 2, shape[rank - 1] % groups == 0 else { return nil }
      return KernelAxes(output: place(rank - 1), input: place(rank - 2), groups: groups)
    case .inputLast:
      guard shape[rank - 1] % groups == 0 else { return nil }
      if groups == 1 { return KernelAxes(output: place(rank - 2), input: place(rank - 1)) }
      let (inputs, outputs) = (shape[rank - 1] / groups, shape[rank - 2])
      let output = (0..<outputs * shape[rank - 1]).map {
        $0 % shape[rank - 1] / inputs * outputs + $0 / shape[rank - 1]
      }
      return KernelAxes(
        output: ChannelPlace(inner: 1, count: groups * outputs, table: output),
        input: ChannelPlace(inner: 1, count: inputs), groups: groups)
    case .depthwise:
      guard rank >= 3, groups == 1 else { return nil }
      return KernelAxes(
        output: ChannelPlace(inner: 1, count: shape[rank - 2] * shape[rank - 1]), input: place(rank - 2))
    case .inputFirst:
      guard rank >= 3, shape[0] % groups == 0 else { return nil }
      let (inner, inputs, outputs) = (shape[2...].reduce(1, *), shape[0] / groups, shape[1])
      let output = (0..<shape[0] * outputs).map { $0 / outputs / inputs * outputs + $0 % outputs }
      return KernelAxes(
        output: ChannelPlace(inner: inner, count: groups * outputs, table: output),
        input: ChannelPlace(inner: inner * outputs, count: inputs), groups: groups)
    }
  }
}

extension KernelLayout {
  /// What an axis of a kernel is for.
  private enum Axis: Hashable { case output, input, spatial(Int) }

  /// What the axes are for, in their order; nil for a layout with several channels of one kind.
  private func axes(rank: Int) -> [Axis]? {
    guard rank >= 2 else { return nil }
    let spatial = (0..<rank - 2).map { Axis.spatial($0) }
    switch self {
    case .outputFirst: return [.output, .input] + spatial
    case .outputLast: return spatial + [.input, .output]
    case .inputFirst: return [.input, .output] + spatial
    case .inputLast: return spatial + [.output, .input]
    case .linear: return [.output, .input]
    case .transposed: return [.input, .output]
    case .depthwise: return nil
    }
  }

  /// For each axis of a kernel with this layout, the axis of one with another layout; nil where there is none.
  public func order(from other: KernelLayout, rank: Int) -> [Int]? {
    guard let own = axes(rank: rank), let others = other.axes(rank: rank), own.count == rank,
      others.count == rank
    else { return nil }
    let order = own.compactMap { others.firstIndex(of: $0) }
    return order.count == rank ? order : nil
  }
}
