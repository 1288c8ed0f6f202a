/// What is done to the stored elements of a weight: factors along one or more of its axes, a shift, and numbers for single elements.
///
/// Element `e` becomes `e * f1 * f2 … + shift + number`, computed in Double and rounded once to the stored type.
public struct ElementScale: Sendable, Equatable {
  /// Factors, at most one list for an axis.
  public private(set) var axes: [ChannelScale]
  /// What is added after the multiplication, along one axis.
  public private(set) var shift: ChannelScale?
  /// What is added to single elements, after everything else.
  public private(set) var additions: ElementAdditions?

  public init(_ scale: ChannelScale, shift: ChannelScale? = nil) {
    axes = [scale]
    self.shift = shift
  }

  /// Nothing but numbers that are added to single elements.
  public init(adding additions: ElementAdditions) {
    axes = []
    self.additions = additions
  }

  /// Adds further numbers to single elements.
  public mutating func add(_ further: ElementAdditions) {
    additions = additions?.adding(further) ?? further
  }

  /// Multiplies with further factors.
  ///
  /// - Precondition: a shift that is there runs along the same axis.
  public mutating func multiply(by scale: ChannelScale) {
    precondition(shift.map { $0.isAlong(scale) } ?? true)
    if let index = axes.firstIndex(where: { $0.isAlong(scale) }) {
      axes[index].multiply(by: scale)
    } else {
      axes.append(scale)
    }
    shift?.multiply(by: scale)
    additions?.multiply(by: scale)
  }

  /// Adds to the elements along an axis.
  ///
  /// - Precondition: a shift that is there runs along the same axis.
  public mutating func add(_ addends: ChannelScale) {
    guard var sum = shift else {
      shift = addends
      return
    }
    precondition(sum.isAlong(addends))
    for index in sum.factors.indices { sum.factors[index] += addends.factors[index] }
    shift = sum
  }

  /// The new value of an element, before it is rounded.
  ///
  /// - Parameters:
  ///   - element: the stored value.
  ///   - index: its place in the weight, row-major.
  public func value(of element: Double, at index: Int) -> Double {
    axes.reduce(element) { $0 * $1.factor(ofElement: index) } + (shift?.factor(ofElement: index) ?? 0)
      + (additions?[index] ?? 0)
  }

  /// An upper bound for the magnitude of the new elements.
  ///
  /// - Parameter largest: the largest magnitude of the old ones.
  public func bound(forMagnitude largest: Double) -> Double {
    axes.reduce(largest) { $0 * $1.largestMagnitude } + (shift?.largestMagnitude ?? 0)
      + (additions?.largestMagnitude ?? 0)
  }

  /// Changes stored elements in place, each rounded once to the stored type.
  ///
  /// - Parameters:
  ///   - raw: whole elements of the weight, row-major.
  ///   - type: the stored type, a floating-point one.
  ///   - first: the index in the weight of the first element in `raw`.
  public func apply(to raw: UnsafeMutableRawBufferPointer, type: ElementType, first: Int) {
    if axes.count == 1, shift == nil, additions == nil {
      return axes[0].apply(to: raw, type: type, first: first)
    }
    var values: [Double] = type.decode(UnsafeRawBufferPointer(raw))
    values.withUnsafeMutableBytes { bytes in
      for scale in axes { scale.apply(to: bytes, type: .float64, first: first) }
    }
    if let shift {
      for index in values.indices { values[index] += shift.factor(ofElement: first + index) }
    }
    additions?.add(to: &values, first: first)
    raw.copyBytes(from: type.encode(values))
  }
}

extension ChannelScale {
  /// Whether another one has its factors along the same axis.
  fileprivate func isAlong(_ other: ChannelScale) -> Bool {
    inner == other.inner && factors.count == other.factors.count
  }

  fileprivate mutating func multiply(by other: ChannelScale) {
    for index in factors.indices { factors[index] *= other.factors[index] }
  }

  func factor(ofElement index: Int) -> Double { factors[(index / inner) % factors.count] }

  fileprivate var largestMagnitude: Double { factors.reduce(0) { max($0, abs($1)) } }
}
