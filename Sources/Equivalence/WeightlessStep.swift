import Elements
import ModelGraph

/// A layer without a kernel that both models have, given tensors that are not the same but related.
///
/// What is said of each layer is what it does to new - newPivot = ratio * (old - oldPivot).
struct WeightlessStep {
  let pair: LayerPair
  /// The relation of each input.
  let inputs: [Relation]
  /// The shapes of the tensors of the original, as far as they are known.
  let shapes: [PartialShape?]
  let outputShape: PartialShape?

  /// - Throws: `Mismatch` where the layer does not keep the relation, or what the stores throw.
  func relation(into sources: inout SourceTable) throws -> Relation {
    guard !pair.old.isTimeDistributed else { throw needsIdentity(sources) }
    switch pair.old.operation {
    case .identity: return inputs[0]
    case .activation(.relu(let settings)) where settings.maxValue == nil && settings.threshold == 0:
      return try rectified(slope: settings.negativeSlope, sources)
    case .parametricReLU:
      try pair.requireIdenticalWeights()
      return try rectified(slope: nil, sources)
    case .pooling, .globalPooling, .zeroPadding, .cropping, .upSampling, .resizing:
      return try spatial(sources)
    case .reshape, .transpose, .repeatVector: return try reshaped(&sources)
    case .merge(.concatenate(let axis)): return try concatenated(alongAxis: axis, &sources)
    case .merge(.multiply): return try multiplied(&sources)
    case .merge(let merge):
      if let factors = merge.factors(count: inputs.count) { return try summed(factors, &sources) }
      if merge == .maximum || merge == .minimum { return try compared(&sources) }
      throw needsIdentity(sources)
    default: throw needsIdentity(sources)
    }
  }

  // MARK: - What goes wrong

  /// What keeps a layer from being the same on both sides: inputs that are not the same.
  func needsIdentity(_ sources: SourceTable) -> Mismatch {
    let slacks = inputs.map { pair.arithmetic.slack($0.channels?.budget ?? 0) }
    return refusal(sources, "have to be those of the original") { input, channel in
      channel.isIdentity(slack: slacks[input])
    }
  }

  /// - Parameter isGood: whether a channel of an input is not at fault.
  func refusal(
    _ sources: SourceTable, _ what: String, isGood: (Int, ChannelRelation) -> Bool
  ) -> Mismatch {
    for (number, input) in inputs.enumerated() {
      guard let relations = input.channels else { continue }
      let bad = relations.channels.indices.filter { !isGood(number, relations.channels[$0]) }
      let slack = pair.arithmetic.slack(relations.budget)
      guard var mismatch = relations.mismatch(of: bad, slack: slack, sources) else { continue }
      mismatch.isOfInput = true
      mismatch.home = pair.new.layerNumber
      return mismatch
    }
    return .unknown("what \(pair.new.path) reads \(what)", of: pair.new.layerNumber)
  }

  // MARK: - Functions of one element

  /// f(s x) = s f(x) for s >= 0; a shift does not pass.
  ///
  /// - Parameter slope: of negative values; nil where it may be different from place to place.
  private func rectified(slope: Double?, _ sources: SourceTable) throws(Mismatch) -> Relation {
    guard case .channels(var relations) = inputs[0] else { return .identity }
    let slack = pair.arithmetic.slack(relations.budget)
    func passed(_ channel: ChannelRelation) -> ChannelRelation? {
      if let slope, channel.isOldConstant {
        var result = channel
        result.oldPivot *= channel.oldPivot < 0 ? slope : 1
        if channel.isNewConstant {
          result.newPivot *= channel.newPivot < 0 ? slope : 1
          result.error *= max(1, abs(slope))
        }
        return result
      }
      guard let result = channel.withoutShift(slack: slack) else { return nil }
      return result.low >= 0 || result.isNewConstant ? result : nil
    }
    let channels = relations.channels.map(passed)
    guard !channels.contains(where: { $0 == nil }) else {
      throw refusal(sources, "must not have a shift or a negative scale") { passed($1) != nil }
    }
    for (index, (before, after)) in zip(relations.channels, channels).enumerated() {
      // 0 on both sides, whatever the constants were.
      guard let after, after.areBothConstant, after.oldPivot == 0, after.newPivot == 0 else { continue }
      pair.hidden.add(before, at: index, slack: slack, sources)
    }
    relations.channels = channels.compactMap { $0 }
    // What is not 1 by now is a scale of its own.
    relations.budget = 0
    return relations.simplified(pair.arithmetic)
  }

  // MARK: - Spatial axes

  private func spatial(_ sources: SourceTable) throws(Mismatch) -> Relation {
    guard case .channels(var relations) = inputs[0] else { return .identity }
    let slack = pair.arithmetic.slack(relations.budget)
    var channelAxis: Int
    var (needsOrder, seesZeros) = (false, false)
    switch pair.old.operation {
    case .pooling(let pooling):
      channelAxis = pooling.dataFormat.channelAxis(rank: pooling.poolSize.count + 2)
      needsOrder = pooling.reduction == .maximum && pooling.poolSize.contains { $0 > 1 }
      seesZeros = pooling.countsZeros
    case .globalPooling(let pooling):
      channelAxis = pooling.dataFormat.channelAxis(rank: pooling.rank + 2)
      needsOrder = pooling.reduction == .maximum
    case .zeroPadding(let amounts, let format):
      channelAxis = format.channelAxis(rank: amounts.count + 2)
      seesZeros = amounts.contains { $0.before > 0 || $0.after > 0 }
    case .cropping(let amounts, let format): channelAxis = format.channelAxis(rank: amounts.count + 2)
    case .upSampling(let factors, _, let format): channelAxis = format.channelAxis(rank: factors.count + 2)
    case .resizing(let resizing): channelAxis = resizing.dataFormat.channelAxis(rank: 4)
    default: throw needsIdentity(sources)
    }
    guard relations.axis.index(rank: shapes[0]?.count) == channelAxis else { throw needsIdentity(sources) }
    if seesZeros {
      let channels = relations.channels.map { $0.withoutShift(slack: slack) }
      guard !channels.contains(where: { $0 == nil }) else {
        throw refusal(sources, "must not have a shift") { $1.withoutShift(slack: slack) != nil }
      }
      relations.channels = channels.compactMap { $0 }
    }
    func isOrdered(_ channel: ChannelRelation) -> Bool {
      channel.low >= 0 || channel.isOldConstant || channel.isNewConstant
    }
    guard !needsOrder || relations.channels.allSatisfy(isOrdered) else {
      throw refusal(sources, "must not have a negative scale") { isOrdered($1) }
    }
    if case .globalPooling(let pooling) = pair.old.operation, !pooling.keepsAxes { channelAxis = 1 }
    relations.axis = .fromFront(channelAxis)
    return relations.simplified(pair.arithmetic)
  }

  // MARK: - Axes

  private func reshaped(_ sources: inout SourceTable) throws(Mismatch) -> Relation {
    guard case .channels(var relations) = inputs[0] else { return .identity }
    guard let input = shapes[0] else { throw needsIdentity(sources) }
    let axis = relations.axis.index(rank: input.count)
    guard axis != 0 else { throw needsIdentity(sources) }
    switch pair.old.operation {
    case .repeatVector where axis != nil: relations.axis = .fromFront(2)
    case .transpose(let transposition):
      guard let order = transposition.order(rank: input.count) else { throw needsIdentity(sources) }
      if let axis {
        guard let place = order.firstIndex(of: axis), place > 0 else { throw needsIdentity(sources) }
        relations.axis = .fromFront(place)
      } else {
        guard let moved = relations.permuted(input, by: order) else { throw needsIdentity(sources) }
        relations = moved
      }
    case .reshape(let reshape):
      let movesChannels = reshape == .flattenWithChannelsLast
      guard
        let moved = axis.flatMap({ tiled(relations, axis: $0, movesChannels: movesChannels, &sources) })
          ?? (movesChannels ? nil : relations.reshaped(from: input, to: outputShape))
      else { throw needsIdentity(sources) }
      relations = moved
    default: throw needsIdentity(sources)
    }
    return relations.simplified(pair.arithmetic)
  }

  /// The channels of another shape, along one of its axes; nil where there is none for them.
  ///
  /// - Parameter movesChannels: whether the channels, which are first, are moved to the end before.
  private func tiled(
    _ relations: ChannelRelations, axis: Int, movesChannels: Bool, _ sources: inout SourceTable
  ) -> ChannelRelations? {
    var relations = relations
    guard let input = shapes[0] else { return nil }
    if let output = outputShape, !movesChannels,
      let place = ReshapedChannels.axis(of: axis, in: input, reshapedTo: output)
    {
      relations.axis = .fromFront(place)
      return relations
    }
    guard var near = input.withoutBatch, let far = outputShape?.withoutBatch else { return nil }
    var place = axis - 1
    // Channels first, Flatten moves the channels to the end before it flattens.
    if movesChannels, near.count > 1 {
      near = Array(near[1...]) + [near[0]]
      place = place == 0 ? near.count - 1 : place - 1
    }
    guard near.indices.contains(place), near[place] == relations.channels.count,
      let moved = ReshapedChannels(
        of: near, alongAxis: place, in: far,
        areAlike: { relations.channels[$0].overlaps(relations.channels[$1]) })
    else { return nil }
    var channels: [ChannelRelation] = []
    for group in moved.channels {
      guard let first = group.min(),
        let joined = relations.channels[first].joined(
          with: group.sorted().dropFirst().map { relations.channels[$0] }, &sources)
      else { return nil }
      channels.append(joined)
    }
    relations.axis = .fromFront(moved.axis + 1)
    relations.channels = channels
    return relations
  }
}
