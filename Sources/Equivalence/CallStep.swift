import Elements
import ModelGraph

/// A call that both models have: how its results are related, given the relations of what it reads.
struct CallStep {
  let pair: LayerPair
  let inputs: [Relation]
  /// The shapes of the tensors of the original.
  let shapes: [PartialShape?]
  let outputShapes: [PartialShape?]

  private var areIdentical: Bool { inputs.allSatisfy(\.isIdentity) }

  /// The relation of each result.
  ///
  /// - Parameter sources: the layers that relations come from.
  /// - Throws: `Mismatch` where they are not related, or what the stores throw.
  func relations(into sources: inout SourceTable) throws -> [Relation] {
    try pair.requireSameAttributes()
    let isPlain = pair.old.call.training != true && !pair.old.call.hasUnknownArguments
    // Related tensors have the same sizes.
    if isPlain, pair.old.layer.configuration == nil, pair.old.operation.readsOnlySizes {
      return pair.old.outputs.map { _ in .identity }
    }
    try requirePrecision()
    if isPlain, pair.old.layer.configuration == nil {
      switch pair.old.operation {
      case let operation where operation.multiplies: return [try linear(into: &sources)]
      case .embedding where areIdentical:
        return [try TableStep(pair: pair).relation(into: &sources)]
      case .batchNormalization, .rescaling, .channelScaling, .dataNormalization:
        return try outputRelations(channelAffine(into: &sources))
      case .function(let function) where function.combinesWithWeight && !areIdentical:
        return [try channelAffine(into: &sources)]
      default:
        if !areIdentical {
          return [try weightless.relation(into: &sources)]
        }
      }
    }
    guard areIdentical else { throw weightless.needsIdentity(sources) }
    if let body = pair.old.layer.body, let other = pair.new.layer.body {
      try requireSameBody(body, other)
    } else {
      try pair.requireIdenticalWeights()
    }
    return pair.old.outputs.map { _ in .identity }
  }

  /// The relation of the first result; one that trains has others, which are the same where all of it is.
  private func outputRelations(_ first: Relation) throws -> [Relation] {
    guard pair.old.outputs.count > 1 else { return [first] }
    guard areIdentical, first.isIdentity else { throw weightless.needsIdentity(SourceTable()) }
    return pair.old.outputs.map { _ in .identity }
  }

  /// Layers between which something has moved have to round in the same way.
  private func requirePrecision() throws(Mismatch) {
    let precision = pair.old.layer.precision
    for relation in inputs.compactMap(\.channels) where relation.precision != precision {
      throw pair.mismatch("precision policy of what moved", "\(precision)", "\(relation.precision)")
    }
  }

  // MARK: - Layers with a kernel

  /// The relation that the kernels and biases give, whatever else the layers do.
  func linear(into sources: inout SourceTable) throws -> Relation {
    guard let old = pair.old.kernel, var new = pair.new.kernel, old.elementType.isFloatingPoint else {
      guard areIdentical else { throw Mismatch.unknown("its kernel is not read", of: pair.new.layerNumber) }
      try pair.requireIdenticalWeights()
      return .identity
    }
    if let order = pair.kernelOrder { new = try pair.transposed(new, order) }
    try pair.requireSameKind(old, new)
    let step = { (axis: ChannelAxis) in
      LinearStep(pair: pair, oldKernel: old, newKernel: new, input: inputs[0], outputAxis: axis)
    }
    let wrapped = pair.old.isTimeDistributed
    if case .einsumDense(let einsum) = pair.old.operation {
      return try EinsumAxes(einsum, inputRank: shapes[0]?.count, isWrapped: wrapped).relation(
        kernel: old.shape, input: inputs[0], slack: pair.arithmetic.slack(budget),
        step: { axes, axis, channels in
          try step(axis).relation(axes: axes, channels: channels, budget: budget, into: &sources)
        }, isUnchanged: { try areIdentical && pair.areIdentical(pair.old.variables, pair.new.variables) },
        refusal: { weightless.needsIdentity(sources) })
    }
    guard let linear = pair.old.operation.linearMap,
      let axes = linear.axes(of: linear.first, shape: old.shape)
    else { throw unusualKernel }
    let axis = wrapped ? linear.axis.behindTimeAxis : linear.axis
    let channels = try channels(axis, count: axes.inputs, keepsZero: linear.seesZeros, sources)
    return try step(axis).relation(axes: axes, channels: channels, budget: budget, into: &sources)
  }

  /// The relation that the kernel and the bias of several branches together give, which have not been rounded.
  ///
  /// - Parameter seesZeros: whether zeros are put beside what is read.
  func combined(seesZeros: Bool, into sources: inout SourceTable) throws -> Relation {
    try requirePrecision()
    guard let old = pair.old.kernel, let new = pair.new.kernel, let linear = pair.new.operation.linearMap,
      let axes = linear.axes(of: linear.first, shape: old.shape)
    else { throw unusualKernel }
    let channels = try channels(
      linear.axis, count: axes.inputs, keepsZero: seesZeros || linear.seesZeros, sources)
    let step = LinearStep(
      pair: pair, oldKernel: old, newKernel: new, input: inputs[0], outputAxis: linear.axis,
      isOldUnrounded: true)
    return try step.relation(axes: axes, channels: channels, budget: budget, into: &sources)
  }

  private var unusualKernel: Mismatch {
    .unknown("its kernel has an unusual shape", of: pair.new.layerNumber)
  }

  private var budget: Double { inputs.compactMap { $0.channels?.budget }.max() ?? 0 }

  private var weightless: WeightlessStep {
    WeightlessStep(pair: pair, inputs: inputs, shapes: shapes, outputShape: outputShapes[0])
  }

  /// The relations of the input channels; nil for the identity.
  ///
  /// - Parameter keepsZero: whether zeros are beside what is read, so that there must be no shift.
  private func channels(
    _ axis: ChannelAxis, count: Int, keepsZero: Bool, _ sources: SourceTable
  ) throws(Mismatch) -> [ChannelRelation]? {
    guard case .channels(let relations) = inputs[0] else { return nil }
    guard relations.axis.isSame(as: axis, rank: shapes[0]?.count) == true, relations.channels.count == count
    else { throw weightless.needsIdentity(sources) }
    guard keepsZero else { return relations.channels }
    let slack = pair.arithmetic.slack(relations.budget)
    let channels = relations.channels.map { $0.withoutShift(slack: slack) }
    guard !channels.contains(where: { $0 == nil }) else {
      throw weightless.refusal(sources, "must not have a shift") { $1.withoutShift(slack: slack) != nil }
    }
    return channels.compactMap { $0 }
  }

  // MARK: - Scales and shifts that both have

  private func channelAffine(into sources: inout SourceTable) throws -> Relation {
    let areSame = try pair.areIdentical(pair.old.variables, pair.new.variables)
    if areSame, areIdentical { return .identity }
    guard areSame,
      let affine = try ChannelAffine(of: pair.old, input: shapes[0], from: pair.oldStore)
    else {
      // Each of them on its own may still be understood.
      guard areIdentical else { throw weightless.needsIdentity(sources) }
      try pair.requireIdenticalWeights()
      return .identity
    }
    func step(_ relation: Relation) -> ChannelAffineStep {
      ChannelAffineStep(
        affine: affine, relation: relation, precision: pair.old.layer.precision, shape: shapes[0],
        arithmetic: pair.arithmetic, isChanged: false)
    }
    guard let half = step(inputs[0]).inOriginal(),
      let result = step(half).inFolded(layer: pair.new.layerNumber, into: &sources)
    else { throw weightless.needsIdentity(sources) }
    step(inputs[0]).noteHidden(in: pair.hidden, ownLayer: pair.new.layerNumber, sources)
    return result
  }

  // MARK: - Models inside the model

  /// A model that a wrapper applies, or that is called in a way of its own.
  private func requireSameBody(_ body: Graph, _ other: Graph) throws {
    let isPlain =
      body.obstacle == nil && other.obstacle == nil && pair.old.call.training != true
      && !pair.old.call.hasUnknownArguments
    let models = (Model(graph: body, weights: pair.oldStore), Model(graph: other, weights: pair.newStore))
    guard isPlain else {
      guard try body.isIdentical(to: other, { try pair.areIdentical($0, $1) }) else {
        throw pair.mismatch("the model inside", "that of the original", "another")
      }
      return
    }
    let result = try Proof.prove(
      models.0, models.1,
      ProofAssumptions(arithmetic: pair.arithmetic, trustsCarriedWeights: pair.trustsCarriedWeights))
    guard let difference = result.differences.first else {
      for channel in 0..<result.hiddenDifferences.count {
        pair.hidden.add(channel: channel, ofLayer: pair.new.layerNumber)
      }
      if !result.unreadDifferences.isEmpty {
        pair.hidden.layersWithUnreadDifferences.insert(pair.new.layerNumber)
      }
      return
    }
    var mismatch = pair.mismatch(
      "\(difference.layer)/\(difference.subject)", difference.expected, difference.found)
    mismatch.place = difference.place
    mismatch.isDifference = difference.isDifference
    throw mismatch
  }
}

extension Graph {
  /// Whether another graph is the same, layer by layer and wire by wire.
  func isIdentical(to other: Graph, _ areIdentical: (Variable, Variable) throws -> Bool) throws -> Bool {
    guard layers.count == other.layers.count, calls == other.calls, inputs == other.inputs,
      outputs == other.outputs, outputNames == other.outputNames, obstacle == other.obstacle
    else { return false }
    return try zip(layers, other.layers).allSatisfy { try $0.isIdentical(to: $1, areIdentical) }
  }
}

extension Layer {
  fileprivate func isIdentical(to other: Layer, _ areIdentical: (Variable, Variable) throws -> Bool) throws
    -> Bool
  {
    guard operation == other.operation, className == other.className, precision == other.precision,
      configuration == other.configuration, (variables ?? []).count == (other.variables ?? []).count,
      wrapped.count == other.wrapped.count, (body == nil) == (other.body == nil)
    else { return false }
    guard try zip(variables ?? [], other.variables ?? []).allSatisfy({ try areIdentical($0, $1) }),
      try zip(wrapped, other.wrapped).allSatisfy({ try $0.isIdentical(to: $1, areIdentical) })
    else { return false }
    guard let body, let second = other.body else { return true }
    return try body.isIdentical(to: second, areIdentical)
  }
}
