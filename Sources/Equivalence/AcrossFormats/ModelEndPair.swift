import Bytes
import ModelGraph

/// An input or an output of the original, and what it is in the other model.
public struct ModelEndPair: Sendable, Equatable, Codable {
  /// Where the channels of the other model's tensor are, which has them elsewhere than that of the original.
  public enum Move: String, Sendable, Codable {
    case channelsFirst = "channels-first"
    case channelsLast = "channels-last"
  }

  /// How both were found to belong together.
  public enum Reason: String, Sendable, Codable {
    /// The user has said so.
    case given
    case name
    /// Those that are left, in their order.
    case order
  }

  public let isInput: Bool
  public let original: ByteString
  public let other: ByteString
  public let reason: Reason
  /// Nil where the axes have the same order.
  public let move: Move?
  /// For an input the shape for which both are compared, where one of them takes others as well; nil for an unknown size.
  public internal(set) var shape: [Int?]?
}

/// Inputs and outputs that the user has said to belong together.
public struct NamedPair: Sendable, Equatable, Codable {
  public let original: ByteString
  public let other: ByteString

  public init(original: ByteString, other: ByteString) { (self.original, self.other) = (original, other) }
}
