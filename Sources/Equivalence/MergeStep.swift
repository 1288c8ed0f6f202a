import Elements
import ModelGraph

/// Layers with several inputs, of which not all are the same in both models.
extension WeightlessStep {
  /// The axis and the number of channels that all inputs have; nil where they do not fit.
  private func common() -> (axis: Int, count: Int)? {
    guard let first = inputs.compactMap(\.channels).first, let rank = outputShape?.count,
      shapes.allSatisfy({ $0?.count == rank }), let axis = first.axis.index(rank: rank)
    else { return nil }
    let count = first.channels.count
    let areAlong = inputs.allSatisfy {
      $0.channels.map { $0.axis.index(rank: rank) == axis && $0.channels.count == count } ?? true
    }
    guard areAlong, shapes.allSatisfy({ $0?[axis] == count }) else { return nil }
    return (axis, count)
  }

  private func joined(axis: Int, _ channels: [ChannelRelation]) -> Relation {
    let present = inputs.compactMap(\.channels)
    return ChannelRelations(
      axis: .fromFront(axis), channels: channels, precision: pair.new.layer.precision,
      budget: present.map(\.budget).max() ?? 0
    ).simplified(pair.arithmetic)
  }

  private func channel(_ index: Int, ofInput number: Int) -> ChannelRelation {
    inputs[number].channels?.channels[index] ?? ChannelRelation()
  }

  /// A sum has the ratio that all of its terms have; a constant has any.
  func summed(_ factors: [Double], _ sources: inout SourceTable) throws(Mismatch) -> Relation {
    guard let (axis, count) = common() else { throw needsIdentity(sources) }
    var results: [ChannelRelation] = []
    var bad: [Int] = []
    for index in 0..<count {
      let terms = inputs.indices.map { channel(index, ofInput: $0) }
      let result = ChannelRelation(sumOf: terms, factors, sources: sources.union(terms.map(\.sources)))
      let most = result.high.isFinite ? result.high + slack * abs(result.high) : result.high
      if result.low > most { bad.append(index) }
      results.append(result)
    }
    if let first = bad.first { throw conflict(bad, first, sources) }
    return joined(axis: axis, results)
  }

  /// What float32 arithmetic may have moved the ratios of any input by.
  private var slack: Double {
    pair.arithmetic.slack(inputs.compactMap { $0.channels?.budget }.max() ?? 0)
  }

  private func conflict(_ bad: [Int], _ first: Int, _ sources: SourceTable) -> Mismatch {
    let ratios = inputs.indices.map { channel(first, ofInput: $0) }
      .filter { !($0.isOldConstant && $0.isNewConstant) }.map(\.ratio)
    var mismatch = pair.mismatch(
      "scale of the terms", "\(Float(ratios.first ?? 1))",
      ratios.dropFirst().map { "\(Float($0))" }.joined(separator: ", "))
    mismatch.place = "channel \(first)"
    mismatch.count = bad.count
    mismatch.isOfInput = true
    mismatch.suspects = Array(
      Set(bad.flatMap { index in inputs.indices.flatMap { sources[channel(index, ofInput: $0).sources] } })
    ).sorted()
    return mismatch
  }

  /// The larger of tensors that all have the same ratio and shift, and no negative ratio.
  func compared(_ sources: inout SourceTable) throws(Mismatch) -> Relation {
    guard let (axis, count) = common() else { throw needsIdentity(sources) }
    var results: [ChannelRelation] = []
    for index in 0..<count {
      var result = channel(index, ofInput: 0)
      for number in inputs.indices.dropFirst() {
        let other = channel(index, ofInput: number)
        let isMaximum = pair.old.operation == .merge(.maximum)
        if let (chosen, rest) = result.compared(with: other, isMaximum: isMaximum, &sources) {
          pair.hidden.add(rest, at: index, slack: slack, sources)
          result = chosen
          continue
        }
        guard let both = result.joined(with: other, &sources), both.low >= 0, !both.isOldConstant else {
          throw needsIdentity(sources)
        }
        result = both
      }
      results.append(result)
    }
    return joined(axis: axis, results)
  }

  /// A product has the product of the ratios of its factors, if none of them has a shift.
  func multiplied(_ sources: inout SourceTable) throws(Mismatch) -> Relation {
    guard let rank = outputShape?.count, shapes.allSatisfy({ $0?.count == rank }),
      let first = inputs.compactMap(\.channels).first, let axis = first.axis.index(rank: rank),
      let count = outputShape?[axis]
    else { throw needsIdentity(sources) }
    var results = [ChannelRelation](repeating: ChannelRelation(), count: count)
    for (number, input) in inputs.enumerated() {
      guard let relations = input.channels else { continue }
      let slack = pair.arithmetic.slack(relations.budget)
      guard relations.axis.index(rank: rank) == axis,
        relations.channels.count == count || relations.channels.count == 1
      else { throw needsIdentity(sources) }
      for index in results.indices {
        let own = relations.channels[relations.channels.count == 1 ? 0 : index]
        // Constants that are 0 make the product 0.
        guard let factor = own.withoutShift(slack: slack), factor.isOldConstant == factor.isNewConstant else {
          throw refusal(sources, "must not have a shift") { other, channel in
            other != number || channel.withoutShift(slack: slack) != nil
          }
        }
        results[index].multiply(by: factor, &sources)
      }
    }
    for index in results.indices where results[index].areBothConstant {
      // One of the factors is 0, and hides the others.
      for relations in inputs.compactMap(\.channels) {
        let place = relations.channels.count == 1 ? 0 : index
        pair.hidden.add(relations.channels[place], at: place, slack: slack, sources)
      }
    }
    return joined(axis: axis, results)
  }

  func concatenated(alongAxis written: Int, _ sources: inout SourceTable) throws(Mismatch) -> Relation {
    guard let rank = outputShape?.count, let place = normalizedAxis(written, rank: rank),
      let first = inputs.compactMap(\.channels).first, let axis = first.axis.index(rank: rank),
      inputs.allSatisfy({ $0.channels.map { $0.axis.index(rank: rank) == axis } ?? true })
    else { throw needsIdentity(sources) }
    var results: [ChannelRelation] = []
    if place == axis {
      for (number, input) in inputs.enumerated() {
        guard let size = input.channels?.channels.count ?? (shapes[number].flatMap { $0[axis] }),
          size <= 1 << 22
        else { throw needsIdentity(sources) }
        results += input.channels?.channels ?? [ChannelRelation](repeating: ChannelRelation(), count: size)
      }
      return joined(axis: axis, results)
    }
    for index in first.channels.indices {
      let others = inputs.indices.dropFirst().map { channel(index, ofInput: $0) }
      guard let all = channel(index, ofInput: 0).joined(with: others, &sources) else {
        throw needsIdentity(sources)
      }
      results.append(all)
    }
    return joined(axis: axis, results)
  }
}
