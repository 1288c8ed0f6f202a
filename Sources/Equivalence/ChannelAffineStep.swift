import Bytes
import Elements
import ModelGraph

/// A scale and shift of each channel that only one of the models has at this place.
struct ChannelAffineStep {
  let affine: ChannelAffine
  /// The relation of the tensors before.
  let relation: Relation
  /// The precision policy of the layer.
  let precision: ByteString
  /// The shape of the tensors, as far as it is known.
  let shape: PartialShape?
  let arithmetic: Arithmetic
  /// Whether float32 arithmetic may have computed something from its numbers.
  let isChanged: Bool
  /// Channels of tensors that are the same, which are constant.
  var constants: [Int: (old: Double, new: Double)] = [:]

  /// The channels before, and the numbers of the layer for each of them; nil where they are along another axis, or rounded in
  /// another way.
  private var before: (ChannelRelations, ChannelAffine)? {
    switch relation {
    case .identity:
      guard !affine.mayBroadcast || affine.axisSize == affine.count else { return nil }
      let count = affine.count == 1 ? affine.axisSize ?? 1 : affine.count
      var channels = [ChannelRelation](repeating: ChannelRelation(), count: count)
      for (channel, values) in constants where channels.indices.contains(channel) {
        (channels[channel].oldPivot, channels[channel].newPivot) = (values.old, values.new)
        (channels[channel].isOldConstant, channels[channel].isNewConstant) = (true, true)
      }
      return (
        ChannelRelations(axis: affine.axis, channels: channels, precision: precision),
        affine.spread(over: count)
      )
    case .channels(var channels):
      guard channels.precision == precision else { return nil }
      if channels.axis.isSame(as: affine.axis, rank: shape?.count) == true,
        channels.channels.count == affine.count
      {
        return (channels, affine)
      }
      // One number is that of all channels, whichever axis they are along; so is one relation.
      if affine.count == 1 { return (channels, affine.spread(over: channels.channels.count)) }
      guard let first = channels.channels.first else { return nil }
      let areAlike = channels.channels.allSatisfy(first.isAlike)
      if !areAlike, let elements = channels.ofElements(shape), let affine = affine.ofElements(shape) {
        return (elements, affine)
      }
      guard let joined = areAlike ? first : channels.channels.joined else { return nil }
      channels.axis = affine.axis
      channels.channels = [ChannelRelation](repeating: joined, count: affine.count)
      return (channels, affine)
    }
  }

  private var budget: Double { isChanged ? Arithmetic.unitsOfANormalization : 0 }

  /// The relation of what the layer gives in the original to the same tensor of the folded model.
  func inOriginal() -> Relation? {
    guard case (var result, let affine)? = before else { return nil }
    for index in result.channels.indices {
      let scale = affine.scale[index]
      var channel = result.channels[index]
      let terms = abs(scale * channel.oldPivot) + abs(scale * affine.mean[index]) + abs(affine.shift[index])
      channel.oldPivot = scale * (channel.oldPivot - affine.mean[index]) + affine.shift[index]
      if channel.isOldConstant || scale == 0 {
        channel.isOldConstant = true
        // A constant that has been one says nothing of the ratio.
        (channel.low, channel.high) = (1, 1)
        channel.add(bias(terms), noise: Arithmetic.noise * terms, leaving: max(1, abs(channel.oldPivot)))
      } else {
        channel.divide(by: scale)
        let ratio = max(abs(channel.low), abs(channel.high))
        channel.add(
          bias(terms) * ratio, noise: Arithmetic.noise * terms * ratio,
          leaving: max(1, abs(channel.oldPivot)) * ratio)
      }
      result.channels[index] = channel
    }
    result.budget += budget
    return result.alongOneAxis(of: shape).simplified(arithmetic)
  }

  /// The relation of the same tensor of the original to what the layer gives in the folded model.
  ///
  /// - Parameters:
  ///   - layer: the number of the layer.
  ///   - sources: the layers that the relations come from.
  func inFolded(layer: Int, into sources: inout SourceTable) -> Relation? {
    guard case (var result, let affine)? = before else { return nil }
    for index in result.channels.indices {
      let scale = affine.scale[index]
      var channel = result.channels[index]
      let moved = scale * (channel.newPivot - affine.mean[index])
      let terms = abs(scale * channel.newPivot) + abs(scale * affine.mean[index]) + abs(affine.shift[index])
      channel.newPivot = moved + affine.shift[index]
      let ownRounding =
        abs(scale) * affine.meanError[index] + abs(moved) * affine.scaleError[index]
        + affine.shiftError[index]
      channel.error = abs(scale) * channel.error + ownRounding
      channel.computedError *= abs(scale)
      channel.add(
        bias(terms), noise: Arithmetic.noise * terms, leaving: max(1, abs(channel.newPivot)))
      channel.multiply(by: scale, relativeError: affine.scaleError[index])
      if let unit = affine.limitingUnit, ownRounding > channel.largestRounding(unit: unit) { return nil }
      if scale == 0 { channel.isNewConstant = true }
      channel.sources = sources.union([channel.sources], layer)
      result.channels[index] = channel
    }
    result.budget += budget
    return result.alongOneAxis(of: shape).simplified(arithmetic)
  }

  /// Notes channels that the layer of the folded model multiplies by 0: what they were, and what is subtracted first, has no effect.
  ///
  /// - Parameters:
  ///   - hidden: where they are noted.
  ///   - layer: the number of the layer.
  func noteHidden(in hidden: HiddenChannels, ownLayer layer: Int, _ sources: SourceTable) {
    guard case (let relations, let affine)? = before else { return }
    let slack = arithmetic.slack(relations.budget)
    for (index, channel) in relations.channels.enumerated() where affine.scale[index] == 0 {
      hidden.add(channel, at: index, slack: slack, sources)
      // Only numbers that the original does not have are off by a rounding.
      if affine.meanError[index] != 0 || affine.scaleError[index] != 0 {
        hidden.add(channel: index, ofLayer: layer)
      }
    }
  }

  private func bias(_ terms: Double) -> Double {
    isChanged ? arithmetic.units(Arithmetic.unitsOfABias) * terms : 0
  }
}

extension [ChannelRelation] {
  /// One relation for the elements of all channels, with the sources of the first; nil where they are not the same scale and shift.
  fileprivate var joined: ChannelRelation? {
    var sources = SourceTable()
    let channels = map { channel in
      var channel = channel
      channel.sources = SourceTable.none
      return channel
    }
    guard var joined = channels.first?.joined(with: Array(channels.dropFirst()), &sources) else { return nil }
    joined.sources = first?.sources ?? SourceTable.none
    return joined
  }
}

extension ChannelRelation {
  /// Adds what constants may be off by.
  ///
  /// Numbers that cancel out have roundings that are as large as anything that they could hide: what float32 arithmetic may have
  /// brought about is limited by what is left of them.
  ///
  /// - Parameters:
  ///   - computed: by float32 arithmetic.
  ///   - noise: by arithmetic in Double.
  ///   - size: what is left, or that of numbers in the middle.
  fileprivate mutating func add(_ computed: Double, noise: Double, leaving size: Double) {
    let all = computedError + computed
    let allowed = min(all, Arithmetic.largestBias * size)
    error += noise + computed - (all - allowed)
    computedError = allowed
  }

  /// What the roundings of a constant may move a channel by, before they could hide what else is wrong there.
  ///
  /// It is measured by the channel of the original, which no tool has made: a large number that is added, and taken away again by
  /// what follows, has roundings as large as anything.
  ///
  /// - Parameter unit: the distance from 1 to the next larger number of the constant's type.
  fileprivate func largestRounding(unit: Double) -> Double {
    let size = unit * (64 + 256 * abs(oldPivot))
    return isOldConstant || isNewConstant ? size : size * min(abs(low), abs(high))
  }

  fileprivate mutating func divide(by scale: Double) {
    let ends = [low / scale, high / scale]
    setBounds(ends, relativeError: 0)
  }

  fileprivate mutating func multiply(by scale: Double, relativeError: Double) {
    setBounds([low * scale, high * scale], relativeError: relativeError)
  }

  private mutating func setBounds(_ ends: [Double], relativeError: Double) {
    let error = relativeError + Arithmetic.noise
    (low, high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
    // No ratio is better than any ratio.
    guard low.isFinite, high.isFinite else {
      (low, high) = (.infinity, -.infinity)
      return
    }
    low -= abs(low) * error
    high += abs(high) * error
  }
}
