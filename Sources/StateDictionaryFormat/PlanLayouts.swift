import Elements
import ModelGraph

extension KernelLayout {
  /// The channels of each element; nil where a kernel of this shape cannot have this number of output channels.
  ///
  /// - Parameter channels: how many there are, by the statistics of the batch normalization.
  func axes(shape: Shape, channels: Int) -> KernelAxes? {
    guard shape.count >= 2, channels > 0 else { return nil }
    // Only the kernel of a transposed convolution has the outputs of a single group.
    let groups = self == .inputFirst ? channels / max(1, shape[1]) : 1
    return axes(shape: shape, groups: groups).flatMap { $0.outputs == channels ? $0 : nil }
  }
}
