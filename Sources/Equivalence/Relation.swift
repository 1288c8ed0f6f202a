import Bytes
import ModelGraph

/// How a tensor of the original and one of the folded model are related, for every input of the models.
enum Relation {
  /// They are the same.
  case identity
  /// Each channel of the one is a scale and shift of the same channel of the other.
  case channels(ChannelRelations)

  var isIdentity: Bool { if case .identity = self { true } else { false } }

  var channels: ChannelRelations? { if case .channels(let channels) = self { channels } else { nil } }
}

/// A scale and shift along one axis.
struct ChannelRelations {
  var axis: ChannelAxis
  var channels: [ChannelRelation]
  /// The precision policy of the layers that have brought it about.
  var precision: ByteString
  /// What float32 arithmetic may have moved the scales by since they were 1, in units of 2^-24.
  var budget = 0.0

  /// The relation itself, or the identity where each channel is that within the rounding of the weights compared.
  func simplified(_ arithmetic: Arithmetic) -> Relation {
    let slack = arithmetic.slack(budget)
    return channels.allSatisfy { $0.isIdentity(slack: slack) } ? .identity : .channels(self)
  }
}

/// One channel: new - newPivot = ratio * (old - oldPivot), to within an error.
///
/// The new pivot comes from the numbers of the folded model, the old one from those of the original, so that neither carries the
/// error of a scale that is only known to within an interval.
struct ChannelRelation {
  /// Bounds of the ratio.
  var low = 1.0
  var high = 1.0
  var oldPivot = 0.0
  var newPivot = 0.0
  /// What rounding the new weights once moves the new channel by, at most.
  var error = 0.0
  /// What of that float32 arithmetic may have brought about that computed constants from others.
  var computedError = 0.0
  /// Whether the channel of the original is the same for every input, and so the old pivot.
  var isOldConstant = false
  /// Whether that of the folded model is.
  var isNewConstant = false
  /// The folded layers whose numbers went in: a number of the `SourceTable`.
  var sources = SourceTable.none

  /// The ratio in the middle of its bounds.
  var ratio: Double { low.isFinite && high.isFinite ? low + (high - low) / 2 : 1 }

  /// Whether there is no ratio at all, so that nothing can be said of what reads the channel.
  var hasNoRatio: Bool { !(low.isFinite && high.isFinite) }

  /// Half the width of the bounds, relative to the ratio; infinite where they include 0.
  var relativeWidth: Double {
    guard low.isFinite, high.isFinite, low * high > 0 else { return low == high ? 0 : .infinity }
    return (high - low) / 2 / abs(ratio)
  }

  private var noise: Double { Arithmetic.noise * (abs(oldPivot) + abs(newPivot)) }

  var areBothConstant: Bool { isOldConstant && isNewConstant }

  func isIdentity(slack: Double) -> Bool {
    guard oldPivot.isFinite, newPivot.isFinite, error.isFinite else { return false }
    let isUnmoved = abs(newPivot - oldPivot) <= error + noise + slack * abs(oldPivot)
    if isOldConstant { return isNewConstant && isUnmoved }
    return low - slack <= 1 && 1 <= high + slack && isUnmoved
  }

  /// The channel with both pivots at 0, for layers for which 0 stays 0; nil where there is a shift.
  ///
  /// - Parameter slack: by how much float32 arithmetic may have moved the ratio.
  func withoutShift(slack: Double) -> ChannelRelation? {
    guard oldPivot.isFinite, newPivot.isFinite, error.isFinite else { return nil }
    var result = self
    if areBothConstant, oldPivot != 0 || newPivot != 0 {
      // Where zeros are beside it, a constant is none any more.
      result.isOldConstant = false
      result.isNewConstant = false
      if isIdentity(slack: slack) {
        (result.low, result.high) = (1, 1)
      } else {
        guard oldPivot != 0 else { return nil }
        let ends = [(newPivot - error) / oldPivot, (newPivot + error) / oldPivot]
        (result.low, result.high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
        // What may be 0 in the folded model is not a multiple of anything.
        guard result.low * result.high > 0 else { return nil }
      }
    } else if isOldConstant {
      guard oldPivot == 0 else { return nil }
    } else {
      let shifts = [newPivot - low * oldPivot, newPivot - high * oldPivot]
      let most = error + noise * max(1, abs(ratio)) + slack * abs(newPivot)
      guard min(shifts[0], shifts[1]) <= most, max(shifts[0], shifts[1]) >= -most else { return nil }
      if slack > Arithmetic.noise, abs(ratio - 1) <= slack { (result.low, result.high) = (1, 1) }
    }
    (result.oldPivot, result.newPivot, result.error, result.computedError) = (0, 0, 0, 0)
    return result
  }
}

/// Sets of folded layers, each once, by number: most channels of a tensor have the same.
struct SourceTable {
  static let none: Int32 = 0
  /// More layers than these are not told apart.
  private static let largestSet = 64

  private var sets: [[Int]] = [[]]
  private var numbers: [[Int]: Int32] = [[]: none]

  subscript(number: Int32) -> [Int] { sets[Int(number)] }

  mutating func number(of layers: some Sequence<Int>) -> Int32 {
    let set = Array(Set(layers).sorted().suffix(Self.largestSet))
    if let number = numbers[set] { return number }
    sets.append(set)
    numbers[set] = Int32(sets.count - 1)
    return Int32(sets.count - 1)
  }

  /// The layers of several sets together, and one more.
  mutating func union(_ sources: some Sequence<Int32>, _ layer: Int? = nil) -> Int32 {
    let different = Set(sources)
    if layer == nil, different.count == 1, let only = different.first { return only }
    return number(of: different.flatMap { self[$0] } + (layer.map { [$0] } ?? []))
  }
}
