import Bytes
import Elements
import ModelFormats
import ModelGraph

/// Why a plan does not fit a file.
public struct PlanMismatch: FormatRule {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// A tensor that the file does not have.
    case noTensor
    /// A tensor that the plan uses for two purposes.
    case usedTwice
    /// A tensor with more or fewer elements than there are channels.
    case elementCount(Int, channels: Int)
    /// A kernel that cannot have that number of output channels.
    case kernelChannels(Int, shape: Shape, layout: KernelLayout)
    /// A batch normalization without its epsilon.
    case noEpsilon
  }

  public let tensor: ByteString
  public let rule: Rule

  init(_ rule: Rule, of tensor: ByteString) {
    (self.rule, self.tensor) = (rule, tensor)
  }

  public var description: String { "the plan does not fit: \(tensor): \(rule)" }
}

extension PlanMismatch.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTensor: "there is no such tensor"
    case .usedTwice: "the plan uses it for two purposes"
    case .elementCount(let count, let channels): "it has \(count) elements for \(channels) channels"
    case .kernelChannels(let channels, let shape, let layout):
      """
      a kernel of shape \(describe(shape)) and layout \(layout.rawValue) does not have \(channels) channels
      """
    case .noEpsilon: "its epsilon is missing; write the module's eps into the plan"
    }
  }
}
