import Elements
import ModelGraph

/// A layer with a kernel and a bias, and the same layer with other numbers.
struct LinearStep {
  let pair: LayerPair
  let oldKernel: Variable
  let newKernel: Variable
  /// The relation of what they read.
  let input: Relation
  /// The axis of the output channels.
  let outputAxis: ChannelAxis
  /// Whether the numbers of the original are in Double, of whatever type they have been made.
  var isOldUnrounded = false

  /// How the results are related: new kernel = ratio * kernel / ratio of the input.
  ///
  /// - Parameters:
  ///   - axes: of the kernels.
  ///   - channels: the relation of each input channel; nil for the identity.
  ///   - sources: adds a folded layer to the layers that relations of the input come from.
  /// - Throws: `Mismatch` where the kernels are not proportional, or what the stores throw.
  func relation(
    axes: KernelAxes, channels: [ChannelRelation]?, budget: Double, into sources: inout SourceTable
  ) throws -> Relation {
    if let channel = channels?.firstIndex(where: \.hasNoRatio) {
      throw Mismatch.unknown(
        "channel \(channel) of what \(pair.new.path) reads is not a multiple of the original's",
        of: pair.new.layerNumber)
    }
    let isUnchanged = try pair.areIdentical(oldKernel, newKernel)
    let isBiasUnchanged = try hasSameBias()
    if channels == nil, isUnchanged, isBiasUnchanged { return .identity }
    let biases = try biasColumns(axes, isUnchanged: isBiasUnchanged)
    let kernels = KernelPair(
      old: oldKernel, new: newKernel, oldStore: pair.oldStore, newStore: pair.newStore, axes: axes,
      input: channels, arithmetic: pair.arithmetic, isUnchanged: isUnchanged)
    let scan = try kernels.scan()
    pair.subnormals.add(
      Int(scan.subnormal.reduce(0, +)), ofLayer: pair.new.layerNumber, weight: newKernel.name)
    let bad = (0..<axes.outputs).filter { !scan.isProportional($0) }
    let source = sources.union(channels?.map(\.sources) ?? [SourceTable.none], pair.new.layerNumber)
    let terms = oldKernel.shape.elementCount / axes.outputs
    var results: [ChannelRelation] = []
    for output in 0..<axes.outputs {
      let channel = self.channel(
        scan, output, terms: terms, isUnchanged: isUnchanged && channels == nil, isComputed: budget > 0)
      results.append(try adding(biases, at: output, to: channel, source: source))
    }
    let relation = ChannelRelations(
      axis: outputAxis, channels: results, precision: pair.new.layer.precision,
      budget: budget == 0 ? 0 : budget + Arithmetic.unitsOfALayer
    ).simplified(pair.arithmetic)
    guard !bad.isEmpty else {
      if let channels {
        try kernels.noteHidden(
          channels, slack: pair.arithmetic.slack(budget), in: pair.hidden, ownLayer: pair.new.layerNumber,
          sources)
      }
      return relation
    }
    var mismatch = try KernelDamage(kernels, pair: pair).mismatch(of: bad, sources: sources)
    mismatch.likely = relation
    throw mismatch
  }

  /// - Parameter isComputed: whether float32 arithmetic may have computed what is read in another way.
  private func channel(
    _ scan: KernelScan, _ output: Int, terms: Int, isUnchanged: Bool, isComputed: Bool
  ) -> ChannelRelation {
    var channel = ChannelRelation()
    channel.isOldConstant = scan.largestOld[output] == 0
    channel.isNewConstant = scan.largestNew[output] == 0
    (channel.low, channel.high) =
      isUnchanged || channel.isOldConstant ? (1, 1) : scan.bounds(output)
    (channel.oldPivot, channel.newPivot) = (scan.oldPivot(output), scan.newPivot(output))
    let noise = Arithmetic.noise(ofTerms: terms)
    let ratio = max(abs(channel.low), abs(channel.high))
    channel.error =
      scan.error(output) + noise * (scan.newSize(output) + ratio * scan.oldSize(output))
      + (isComputed ? pair.arithmetic.units(Double(terms + 8)) * scan.newSize(output) : 0)
    return channel
  }

  // MARK: - Biases

  /// The biases of both layers, for each output channel the numbers that it has at different places.
  private struct Biases {
    var old: [[Double]]
    var new: [[Double]]
    /// What rounding the new ones once may have moved them by.
    var rounding: HalfUnits?
  }

  /// Whether both have the same bias, bit for bit, or none.
  private func hasSameBias() throws -> Bool {
    guard let old = pair.old.bias, let new = pair.new.bias else {
      return pair.old.bias == nil && pair.new.bias == nil
    }
    return try pair.areIdentical(old, new)
  }

  private func biasColumns(_ axes: KernelAxes, isUnchanged: Bool) throws -> Biases {
    let (old, new) = (pair.old.bias, pair.new.bias)
    if let new {
      let type = isOldUnrounded ? newKernel.elementType : old?.elementType ?? newKernel.elementType
      guard new.elementType == type else {
        throw pair.mismatch("element type of the bias", "\(type)", "\(new.elementType)")
      }
    }
    let shape = [old?.shape ?? [], new?.shape ?? []].max { $0.count < $1.count } ?? []
    func columns(_ bias: Variable?, _ store: any WeightStore) throws -> [[Double]] {
      guard bias?.elementType.isFloatingPoint != false else {
        throw Mismatch.unknown("a bias of another type is not compared", of: pair.new.layerNumber)
      }
      return try BiasColumns(
        bias?.elements(from: store) ?? [0], shape: bias?.shape ?? [], spreadOver: shape, axes: biasAxes,
        sizes: axes.outputSizes
      ).columns()
    }
    let biases = Biases(
      old: try columns(old, pair.oldStore), new: try columns(new, pair.newStore),
      rounding: isUnchanged ? nil : new.map { HalfUnits($0.elementType) })
    if let output = biases.new.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
      var mismatch = pair.mismatch("bias", "a finite number", "one that is not finite")
      mismatch.place = "channel \(output)"
      throw mismatch
    }
    return biases
  }

  /// The axes of a bias that has several, counted from the back, along which its channels are.
  private var biasAxes: [Int] {
    guard case .einsumDense = pair.old.operation else { return [1] }
    switch outputAxis {
    case .fromBack(let distance): return [distance]
    case .joined(let distances): return distances
    case .fromFront: return [1]
    }
  }

  private func adding(
    _ biases: Biases, at output: Int, to channel: ChannelRelation, source: Int32
  ) throws(Mismatch) -> ChannelRelation {
    var result = channel
    let (old, new) = (biases.old[output], biases.new[output])
    result.oldPivot += old[0]
    result.newPivot += new[0]
    result.sources = source
    let ratio = max(abs(channel.low), abs(channel.high))
    func error(_ old: Double, _ new: Double) -> Double {
      (biases.rounding?.around(abs(new)).above ?? 0) + Arithmetic.noise * (abs(new) + ratio * abs(old))
    }
    result.error += error(old[0], new[0])
    let isVaried = old.indices.contains { old[$0] != old[0] || new[$0] != new[0] }
    if channel.isOldConstant, isVaried {
      guard let varied = result.varied(from: old, to: new, error: error) else {
        var mismatch = pair.mismatch("bias", "a multiple of the original's", "another")
        mismatch.place = "channel \(output)"
        throw mismatch
      }
      return varied
    }
    // Where a channel has several, their differences have to have the channel's ratio, too.
    for place in old.indices.dropFirst() where old[place] != old[0] || new[place] != new[0] {
      let (change, found) = (old[place] - old[0], new[place] - new[0])
      let ends = [change * result.low, change * result.high]
      let most = error(old[0], new[0]) + error(old[place], new[place])
      guard ends.min() ?? 0 <= found + most, ends.max() ?? 0 >= found - most else {
        var mismatch = pair.mismatch(
          "bias", "\(Float(new[0] + change * channel.ratio))", "\(Float(new[place]))")
        mismatch.place = "channel \(output)"
        throw mismatch
      }
    }
    return result
  }
}

extension ChannelRelation {
  /// A channel that is the same for every input, but has a bias of its own at each of several places: what varies is the place.
  ///
  /// - Parameters:
  ///   - old: the biases of the original.
  ///   - new: those of the folded layer.
  ///   - error: how far two of them may be off.
  /// - Returns: nil where the folded ones are not those of the original with one ratio and one shift.
  fileprivate func varied(
    from old: [Double], to new: [Double], error: (Double, Double) -> Double
  ) -> ChannelRelation? {
    guard isNewConstant else { return nil }
    var result = self
    result.isOldConstant = old.allSatisfy { $0 == old[0] }
    result.isNewConstant = result.isOldConstant || new.allSatisfy { $0 == new[0] }
    if !result.isOldConstant { (result.low, result.high) = (-.infinity, .infinity) }
    for place in old.indices.dropFirst() {
      let (change, found) = (old[place] - old[0], new[place] - new[0])
      let most = error(old[0], new[0]) + error(old[place], new[place])
      guard change != 0 else {
        guard abs(found) <= most else { return nil }
        continue
      }
      let ends = [(found - most) / change, (found + most) / change]
      result.low = max(result.low, min(ends[0], ends[1]))
      result.high = min(result.high, max(ends[0], ends[1]))
    }
    return result.low <= result.high && !result.hasNoRatio ? result : nil
  }
}

extension KernelScan {
  /// The bounds of the ratio; where elements contradict each other, those of all of them.
  fileprivate func bounds(_ output: Int) -> (low: Double, high: Double) {
    guard health[output] == 0, low[output].isFinite, high[output].isFinite else { return (1, 1) }
    return (min(low[output], high[output]), max(low[output], high[output]))
  }

  /// Whether the elements of an output allow a ratio, or none of those of the original matters.
  fileprivate func isProportional(_ output: Int) -> Bool {
    guard health[output] == 0 else { return false }
    return largestOld[output] == 0 || low[output] <= high[output]
  }
}

extension FlatGraph.Node {
  /// The kernel that the part multiplies with; nil if there is none.
  var kernel: Variable? {
    switch (part, operation) {
    case (.depthwise, _): layer.variable(.depthwiseKernel)
    case (.pointwise, _): layer.variable(.pointwiseKernel)
    case (_, .convolution(let convolution)):
      if case .depthwise = convolution.kind {
        layer.variable(.depthwiseKernel)
      } else {
        layer.variable(.kernel)
      }
    default: layer.variable(.kernel)
    }
  }

  /// The bias that the part adds; nil if there is none.
  var bias: Variable? { part == .depthwise ? nil : layer.variable(.bias) }
}
