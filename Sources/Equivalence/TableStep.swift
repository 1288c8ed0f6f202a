import Bytes
import Elements
import ModelGraph

/// A table of vectors and the same table scaled and shifted: each dimension has a scale and a shift of its own.
struct TableStep {
  let pair: LayerPair

  /// Rows that are read at a time.
  private static let blockElements = 1 << 14

  /// How the results are related.
  ///
  /// The row with the smallest element is what the others are measured from, so that its rounding does not hide theirs.
  ///
  /// - Throws: `Mismatch` where there is no such scale, or what the stores throw.
  func relation(into sources: inout SourceTable) throws -> Relation {
    guard let old = pair.old.layer.variable(.embeddings), let new = pair.new.layer.variable(.embeddings),
      old.shape.count == 2, old.elementType.isFloatingPoint
    else { throw Mismatch.unknown("its table is not read", of: pair.new.layerNumber) }
    try pair.requireSameKind(old, new)
    if try pair.areIdentical(old, new) { return .identity }
    let (half, width) = (HalfUnits(new.elementType), old.shape[1])
    let source = sources.union([SourceTable.none], pair.new.layerNumber)
    var channels = [ChannelRelation](repeating: ChannelRelation(), count: width)
    for index in channels.indices {
      channels[index].newPivot = .infinity
      channels[index].sources = source
      (channels[index].low, channels[index].high) = (-.infinity, .infinity)
    }
    var isConstant = [Bool](repeating: true, count: width)
    var first: [Double] = []
    try forEach(old, new) { _, channel, before, after in
      if first.count < width { first.append(after) }
      if after != first[channel] { isConstant[channel] = false }
      if abs(after) < abs(channels[channel].newPivot) {
        (channels[channel].oldPivot, channels[channel].newPivot) = (before, after)
        channels[channel].error = half.around(abs(after)).above
      }
    }
    let units = pair.arithmetic.units(Arithmetic.unitsOfABias)
    var failure: Mismatch?
    var count = 0
    for pass in 0..<2 {
      try forEach(old, new) { element, channel, before, after in
        let relation = channels[channel]
        let (base, change) = (before - relation.oldPivot, after - relation.newPivot)
        let noise = Arithmetic.noise * (abs(after) + abs(relation.newPivot))
        let most = half.around(abs(after)).above + relation.error + noise + units * abs(after)
        if pass == 0, base != 0 {
          let ends = [(change - most) / base, (change + most) / base]
          let (low, high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
          if relation.low <= relation.high {
            // What would leave nothing is looked at in the second pass.
            guard low <= relation.high, high >= relation.low else { return }
            channels[channel].low = max(relation.low, low)
            channels[channel].high = min(relation.high, high)
          }
        } else if pass == 1 {
          let ends = base == 0 ? [0, 0] : [base * relation.low, base * relation.high]
          guard !(min(ends[0], ends[1]) <= change + most && max(ends[0], ends[1]) >= change - most) else {
            return
          }
          count += 1
          if failure == nil {
            failure = pair.element(
              of: new, at: element, expected: relation.newPivot + base * relation.ratio, found: after)
          }
        }
      }
    }
    if var failure {
      failure.count = count
      throw failure
    }
    for index in channels.indices {
      // A dimension in which all rows are the same is a constant.
      channels[index].isNewConstant = isConstant[index]
      guard channels[index].low == -.infinity else { continue }
      channels[index].isOldConstant = true
      (channels[index].low, channels[index].high) = (1, 1)
    }
    return ChannelRelations(axis: .fromBack(1), channels: channels, precision: pair.new.layer.precision)
      .simplified(pair.arithmetic)
  }

  private func forEach(
    _ old: Variable, _ new: Variable,
    _ body: (_ element: Int, _ channel: Int, _ old: Double, _ new: Double) -> Void
  ) throws {
    for block in (0..<old.shape.elementCount).blocks(of: Self.blockElements) {
      let before: [Double] = try old.elements(from: pair.oldStore, range: block)
      let after: [Double] = try new.elements(from: pair.newStore, range: block)
      for (offset, index) in block.enumerated() {
        body(index, index % old.shape[1], before[offset], after[offset])
      }
    }
  }
}
