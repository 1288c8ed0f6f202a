import Bytes

/// Something that a person should know about a layer, as numbers.
public struct Symptom: Sendable, Equatable, Codable {
  /// What it is; `docs/lint.md` has a section for each.
  public enum Code: String, Sendable, CaseIterable, Codable {
    case negativeVariance = "negative-variance"
    case nonFiniteStatistics = "non-finite-statistics"
    case nonFiniteWeights = "non-finite-weights"
    case untrained
    case frozenStatistics = "frozen-statistics"
    case zeroVariance = "zero-variance"
    case tinyVariance = "tiny-variance"
    case zeroGamma = "zero-gamma"
    case tinyGamma = "tiny-gamma"
    case deadChannels = "dead-channels"
    case largeScale = "large-scale"
    case float16Overflow = "float16-overflow"
    case float16Precision = "float16-precision"
    case differingEpsilons = "differing-epsilons"
    case epsilonsByPart = "epsilons-by-part"
    case wrongAxis = "wrong-axis"
    case trainingMode = "training-mode"
    case afterActivation = "after-activation"
    case consecutive
  }

  public let code: Code
  /// The layer, with the models around it.
  public let layer: ByteString
  /// Channels, weights or layers that have it.
  public let count: Int
  /// How many of them there are.
  public let all: Int
  /// The first of these channels, from 0; nil where it is about no channels.
  public let channel: Int?
  /// What is furthest from what it should be; nil where there is no number.
  public let value: Double?
  /// What the value is held against.
  public let reference: Double?
  /// Another layer that it is about.
  public let other: ByteString?

  public init(
    _ code: Code, _ layer: ByteString, count: Int = 1, of all: Int = 1, channel: Int? = nil,
    value: Double? = nil, reference: Double? = nil, other: ByteString? = nil
  ) {
    (self.code, self.layer, self.count, self.all) = (code, layer, count, all)
    (self.channel, self.value, self.reference, self.other) = (channel, value, reference, other)
  }

  /// Says it of some channels of a batch normalization; nil where there are none.
  ///
  /// - Parameters:
  ///   - channels: in order.
  ///   - value: what is worst of these channels.
  init?(
    _ code: Code, _ normalization: ExaminedNormalization, _ channels: [Int], value: Double? = nil,
    reference: Double? = nil
  ) {
    guard let first = channels.first else { return nil }
    self.init(
      code, normalization.path, count: channels.count, of: normalization.channels, channel: first,
      value: value, reference: reference)
  }
}
