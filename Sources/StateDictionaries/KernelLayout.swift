import Folding
import Tensor

/// How the axes of a kernel are ordered, and with it which elements belong to an output channel.
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

  /// The channel of each element; nil where a kernel of this shape cannot have so many channels.
  ///
  /// - Parameter channels: how many there are, by the statistics of the batch normalization.
  func table(shape: Shape, channels: Int) -> ChannelTable? {
    guard shape.count >= 2, shape.allSatisfy({ $0 > 0 }), channels > 0 else { return nil }
    let all = Array(0..<channels)
    switch self {
    case .outputFirst, .linear:
      guard shape[0] == channels, self == .outputFirst || shape.count == 2 else { return nil }
      return ChannelTable(channels: all, inner: shape.dropFirst().reduce(1, *), count: channels)
    case .outputLast, .transposed:
      guard shape.last == channels, self == .outputLast || shape.count == 2 else { return nil }
      return ChannelTable(channels: all, inner: 1, count: channels)
    case .depthwise:
      guard shape.count >= 3, shape.suffix(2).reduce(1, *) == channels else { return nil }
      return ChannelTable(channels: all, inner: 1, count: channels)
    case .inputFirst:
      let (groups, rest) = channels.quotientAndRemainder(dividingBy: shape[1])
      guard shape.count >= 3, rest == 0, groups > 0, shape[0] % groups == 0 else { return nil }
      let inputsOfGroup = shape[0] / groups
      let table = (0..<shape[0]).flatMap { input in
        (0..<shape[1]).map { input / inputsOfGroup * shape[1] + $0 }
      }
      return ChannelTable(channels: table, inner: shape.dropFirst(2).reduce(1, *), count: channels)
    }
  }
}
