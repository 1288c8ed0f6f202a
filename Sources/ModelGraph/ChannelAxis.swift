/// An axis of a tensor, as far as it is known without the rank.
public enum ChannelAxis: Sendable, Hashable {
  /// Counted from the front, the batch being 0.
  case fromFront(Int)
  /// Counted from the back, the last axis being 1.
  case fromBack(Int)
  /// Several axes taken as one, counted from the back: the channels in row-major order, the first axis first.
  case joined(fromBack: [Int])

  /// An axis as architectures write it: negative from the back.
  public init(written axis: Int) { self = axis < 0 ? .fromBack(-axis) : .fromFront(axis) }

  /// The axis behind a time axis that a wrapper has put at 1.
  public var behindTimeAxis: ChannelAxis {
    switch self {
    case .fromFront(let axis): .fromFront(axis > 0 ? axis + 1 : axis)
    case .fromBack, .joined: self
    }
  }

  /// The axis before a wrapper puts a time axis at 1; nil if it is the time axis itself.
  public func withoutTimeAxis(rank: Int?) -> ChannelAxis? {
    switch self {
    case .fromFront(let axis): return axis == 1 ? nil : .fromFront(axis > 1 ? axis - 1 : axis)
    case .fromBack(let distance): return rank.map { $0 - distance == 1 } == true ? nil : self
    case .joined(let distances): return rank.map { distances.contains($0 - 1) } == true ? nil : self
    }
  }

  /// The index from the front; nil for several axes, if the rank is needed and unknown, or the axis is outside it.
  public func index(rank: Int?) -> Int? {
    switch self {
    case .fromFront(let axis): return rank.map { axis < $0 } == false ? nil : axis
    case .fromBack(let distance): return rank.flatMap { distance <= $0 ? $0 - distance : nil }
    case .joined: return nil
    }
  }

  /// Whether two axes are the same; nil if that depends on an unknown rank.
  public func isSame(as other: ChannelAxis, rank: Int?) -> Bool? {
    if self == other { return true }
    switch (self, other) {
    case (.fromFront, .fromFront), (.fromBack, .fromBack), (.joined, _), (_, .joined): return false
    default:
      guard let left = index(rank: rank), let right = other.index(rank: rank) else { return nil }
      return left == right
    }
  }
}
