import Bytes
import Diagnosis

extension Symptom {
  /// What it is, a sentence without an end.
  var message: String {
    switch code {
    case .negativeVariance: "\(channels) a negative variance\(number("down to"))"
    case .nonFiniteStatistics: "\(channels) statistics or a scale that are not finite numbers"
    case .nonFiniteWeights: "\(grouped(count)) of \(counted(all, "weight")) are NaN or infinite"
    case .untrained: "mean 0, variance 1, gamma 1 and beta 0 in every channel: it was never trained"
    case .frozenStatistics:
      "mean 0 and variance 1 in every channel, though gamma or beta were trained: "
        + "the statistics were never updated\(momentum)"
    case .zeroVariance:
      "\(channels) variance 0: what differs from the mean is multiplied by up to \(number(value)), "
        + "which epsilon \(number(reference)) alone decides"
    case .tinyVariance:
      "\(channels) a variance below epsilon \(number(reference))\(number("down to")): "
        + "epsilon decides the scale more than the data"
    case .zeroGamma: "\(channels) gamma 0: what comes out is beta, whatever goes in"
    case .tinyGamma:
      "\(channels) a gamma next to 0\(number("down to")), where the median is \(number(reference))"
    case .deadChannels:
      "\(channels) a constant input: the kernel of \(other ?? "the layer before") has only zeros for them"
    case .largeScale: "\(channels) a scale above \(number(reference))\(number("up to"))"
    case .float16Overflow: "\(channels) numbers beyond float16, which ends at 65504\(number("up to"))"
    case .float16Precision:
      value.map(\.isFinite) == true
        ? "\(channels) a scale that changes by up to \(number(value.map { $0 * 100 })) % in float16"
        : "\(channels) a variance and an epsilon that are both 0 in float16"
    case .differingEpsilons, .epsilonsByPart:
      "\(counted(count, "batch normalization")) of \(grouped(all)) \(count == 1 ? "has" : "have") another epsilon "
        + "(\(count == 1 ? "" : "such as ")\(number(value))) than the rest (\(number(reference)), as \(other ?? "another one"))"
        + (code == .epsilonsByPart ? ", in a part of the network of their own" : "")
    case .wrongAxis:
      "it normalizes axis \(axis(value)), and the channels of \(other ?? "the layers around it") are axis \(axis(reference))"
    case .trainingMode: "it is called with training=True, and normalizes by the batch at inference"
    case .afterActivation:
      "it comes after the activation of \(other ?? "a layer"), through which it cannot fold backwards"
    case .consecutive: "it normalizes what another batch normalization (\(other ?? "before it")) gives"
    }
  }

  /// For instance `3 of 64 channels (the first is 12) have`.
  private var channels: String {
    let first =
      count < all ? channel.map { count == 1 ? " (channel \($0))" : " (the first is \($0))" } ?? "" : ""
    return "\(grouped(count)) of \(counted(all, "channel"))\(first) \(count == 1 ? "has" : "have")"
  }

  private var momentum: String { value.map { $0 == 1 ? " (momentum 1)" : "" } ?? "" }

  private func number(_ value: Double?) -> String { value.map(short) ?? "an unknown number" }

  private func number(_ preposition: String) -> String { value.map { ", \(preposition) \(short($0))" } ?? "" }

  private func axis(_ value: Double?) -> String { value.flatMap { Int(exactly: $0) }.map(String.init) ?? "?" }
}
