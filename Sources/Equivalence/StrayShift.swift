extension ChannelRelations {
  /// The largest shift, relative to the tensor's largest, that is taken for an error.
  private static let largestShift = 0.3
  /// The same for tensors all of whose channels are off, relative to the channel's own.
  private static let smallShift = 0.3
  /// The same for channels that are constant, of which a fold may leave any number.
  private static let smallShiftOfConstant = 0x1p-10

  /// Channels that are off by a shift alone, where the others are the same; nil where there are none.
  ///
  /// Whatever reads them could make up for it in its bias, within the rounding of that: such a model computes the same, but its
  /// bias is not the exact value. That others agree with pivots that are not 0 shows what the shift was meant to be.
  func strayShift(_ arithmetic: Arithmetic, _ sources: SourceTable) -> Mismatch? {
    let slack = arithmetic.slack(budget)
    let size = channels.reduce(0) { max($0, abs($1.oldPivot), abs($1.newPivot)) }
    var stray: [Int] = []
    var agreeing = 0
    var areSmall = true
    for (index, channel) in channels.enumerated() {
      if channel.isIdentity(slack: slack) {
        if channel.newPivot != 0 { agreeing += 1 }
        continue
      }
      let shift = abs(channel.newPivot - channel.oldPivot)
      let largest =
        channel.isOldConstant ? Self.smallShiftOfConstant * abs(channel.newPivot) : Self.largestShift * size
      guard channel.isOldConstant == channel.isNewConstant, channel.low - slack <= 1,
        1 <= channel.high + slack, shift <= largest
      else { return nil }
      areSmall = areSmall && shift <= Self.smallShift * abs(channel.newPivot)
      stray.append(index)
    }
    return areSmall || agreeing >= stray.count ? mismatch(of: stray, slack: slack, sources) : nil
  }
}
