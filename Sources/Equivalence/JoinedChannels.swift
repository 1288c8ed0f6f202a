/// Channels of several tensors that become one.
extension ChannelRelation {
  /// A sum: new pivots and old ones add up, and the ratio is what all terms that are not constant allow.
  init(sumOf terms: [ChannelRelation], _ factors: [Double], sources: Int32) {
    self.init()
    self.sources = sources
    (low, high) = (-.infinity, .infinity)
    isOldConstant = terms.allSatisfy(\.isOldConstant)
    isNewConstant = terms.allSatisfy(\.isNewConstant)
    for (term, factor) in zip(terms, factors) {
      oldPivot += factor * term.oldPivot
      newPivot += factor * term.newPivot
      error +=
        abs(factor) * (term.error + Arithmetic.noise * (abs(term.newPivot) + abs(term.oldPivot)))
      computedError += abs(factor) * term.computedError
      if term.isOldConstant && term.isNewConstant { continue }
      if term.isOldConstant {
        // The folded model has something that the original does not have.
        (low, high) = (.infinity, -.infinity)
      } else {
        (low, high) = (max(low, term.low), min(high, term.high))
      }
    }
    if isOldConstant, isNewConstant { (low, high) = (1, 1) }
  }

  /// Whether two channels need not be told apart.
  func isAlike(_ other: ChannelRelation) -> Bool {
    low == other.low && high == other.high && oldPivot == other.oldPivot && newPivot == other.newPivot
      && error == other.error && isOldConstant == other.isOldConstant
      && isNewConstant == other.isNewConstant
  }

  /// Whether two channels may be the same scale and shift.
  func overlaps(_ other: ChannelRelation) -> Bool {
    if areBothConstant || other.areBothConstant { return true }
    return isOldConstant == other.isOldConstant && isNewConstant == other.isNewConstant
      && (isOldConstant || max(low, other.low) <= min(high, other.high))
  }

  /// One relation for the elements of several channels; nil where they are not the same scale and shift.
  func joined(with others: [ChannelRelation], _ sources: inout SourceTable) -> ChannelRelation? {
    var result = self
    for other in others {
      guard let joined = result.joined(with: other, &sources) else { return nil }
      result = joined
    }
    return result
  }

  /// One relation for the elements of two; nil where they are not the same scale and shift.
  func joined(with other: ChannelRelation, _ sources: inout SourceTable) -> ChannelRelation? {
    var result = self
    result.sources = sources.union([self.sources, other.sources])
    if isAlike(other) { return result }
    if areBothConstant != other.areBothConstant {
      return (areBothConstant ? other : self).joined(
        withConstant: areBothConstant ? self : other, result.sources)
    }
    guard isOldConstant == other.isOldConstant, isNewConstant == other.isNewConstant else { return nil }
    let most = error + other.error + Arithmetic.noise * (abs(newPivot) + abs(other.newPivot))
    if isOldConstant {
      guard abs(oldPivot - other.oldPivot) <= Arithmetic.noise * abs(oldPivot) else { return nil }
    } else {
      (result.low, result.high) = (max(low, other.low), min(high, other.high))
      guard result.low <= result.high else { return nil }
    }
    if isNewConstant {
      guard abs(newPivot - other.newPivot) <= most else { return nil }
    } else if !isOldConstant {
      let moved = other.newPivot + result.ratio * (oldPivot - other.oldPivot)
      let width = (result.high - result.low) * abs(oldPivot - other.oldPivot)
      guard abs(newPivot - moved) <= most + width + Arithmetic.noise * abs(moved) else { return nil }
    }
    result.error = max(error, other.error)
    return result
  }

  /// The same relation, if a constant has it, too.
  private func joined(withConstant other: ChannelRelation, _ sources: Int32) -> ChannelRelation? {
    let moved = newPivot + ratio * (other.oldPivot - oldPivot)
    let width = (high - low) * abs(other.oldPivot - oldPivot)
    let most = error + other.error + width + Arithmetic.noise * (abs(newPivot) + abs(moved))
    guard !isOldConstant, abs(other.newPivot - moved) <= most else { return nil }
    var result = self
    result.sources = sources
    result.error = max(error, other.error)
    return result
  }

  /// The larger of two constants, or the smaller one, and the other one that it hides.
  ///
  /// - Returns: nil where not the same one is that on both sides.
  func compared(
    with other: ChannelRelation, isMaximum: Bool, _ sources: inout SourceTable
  ) -> (chosen: ChannelRelation, rest: ChannelRelation)? {
    guard areBothConstant, other.areBothConstant else { return nil }
    let isFirst = (oldPivot > other.oldPivot) == isMaximum
    let (chosen, rest) = isFirst ? (self, other) : (other, self)
    let lead = (chosen.newPivot - rest.newPivot) * (isMaximum ? 1 : -1)
    guard lead >= -(chosen.error + rest.error) else { return nil }
    var result = chosen
    result.error = max(error, other.error)
    result.sources = sources.union([self.sources, other.sources])
    return (result, rest)
  }

  /// Multiplies with a channel without a shift.
  mutating func multiply(by factor: ChannelRelation, _ sources: inout SourceTable) {
    isOldConstant = isOldConstant || factor.isOldConstant
    isNewConstant = isNewConstant || factor.isNewConstant
    let ends = [low * factor.low, low * factor.high, high * factor.low, high * factor.high]
    (low, high) = (ends.min() ?? 1, ends.max() ?? 1)
    self.sources = sources.union([self.sources, factor.sources])
  }

  /// What is wrong with a channel that has to be the same on both sides.
  func mismatch(channel: Int, slack: Double) -> Mismatch {
    var mismatch = Mismatch(suspects: [], subject: "scale", expected: "1", found: "\(Float(ratio))")
    let isScaled = !isOldConstant && !(low - slack <= 1 && 1 <= high + slack)
    if isOldConstant && !isNewConstant {
      (mismatch.expected, mismatch.found) = ("a constant", "not a constant")
    } else if !isScaled {
      mismatch.subject = "shift"
      (mismatch.expected, mismatch.found) = ("\(Float(oldPivot))", "\(Float(newPivot))")
    }
    mismatch.place = "channel \(channel)"
    return mismatch
  }
}

extension ChannelRelations {
  /// What is wrong with some channels; nil if there are none.
  func mismatch(of bad: [Int], slack: Double, _ sources: SourceTable) -> Mismatch? {
    guard let first = bad.first else { return nil }
    var mismatch = channels[first].mismatch(channel: first, slack: slack)
    mismatch.suspects = Set(bad.flatMap { sources[channels[$0].sources] }).sorted()
    mismatch.count = bad.count
    return mismatch
  }

  /// What is wrong with those that are not the same on both sides; nil if there are none.
  func mismatch(_ arithmetic: Arithmetic, _ sources: SourceTable) -> Mismatch? {
    let slack = arithmetic.slack(budget)
    return mismatch(
      of: channels.indices.filter { !channels[$0].isIdentity(slack: slack) }, slack: slack, sources)
  }
}
