import Bytes
import Elements
import ModelGraph

/// Finds out for each batch normalization of a model whether it can be folded exactly.
///
/// Matching is pure: the planner works on a copy of the graph, in which weights are described, not computed.
/// First each batch normalization is offered to the layer right before it; graphs are visited from the outermost inwards,
/// batch normalizations in the order of the data. For those that stay `RewriteSearch` looks further.
public struct FoldPlanner {
  private let store: any WeightStore
  private let constraints: [any FoldConstraint]
  private let options: FoldOptions
  private var ledger = Ledger()
  /// The address of the layer that each entry of the ledger is about; nil inside layers that are not looked into.
  private var addresses: [LayerAddress?] = []
  private var removed: Set<LayerAddress> = []
  /// Names of weights, by the outermost layer with which they are saved.
  private var weightNames: [Set<ByteString>]

  /// Makes the plan for a model.
  ///
  /// - Throws: what the weight store throws; a batch normalization that cannot be folded is no error.
  public static func plan(
    _ model: Model, constraints: [any FoldConstraint] = [], options: FoldOptions = FoldOptions()
  ) throws -> FoldPlan {
    var planner = FoldPlanner(model: model, constraints: constraints, options: options)
    let shapes = ShapeInference(of: model.graph)
    var graph = try planner.plan(model.graph, context: GraphContext(shapes: shapes))
    try planner.search(&graph, original: model.graph, shapes: shapes)
    return FoldPlan(
      ledger: planner.ledger, graph: graph.removing(planner.removed), removed: planner.removed)
  }

  private init(model: Model, constraints: [any FoldConstraint], options: FoldOptions) {
    store = model.weights
    weightNames = model.graph.layers.map(\.weightNames)
    self.constraints = constraints
    self.options = options
  }

  /// What is known of a graph from outside.
  private struct GraphContext {
    var shapes: ShapeInference
    /// The address of the layer that holds the graph.
    var prefix: [Int] = []
    /// The names of the models around it, with a slash at the end.
    var path: ByteString = ""
    /// Why nothing in it may be folded.
    var obstacle: Refusal?
  }

  private mutating func plan(_ graph: Graph, context: GraphContext) throws -> Graph {
    var context = context
    if let obstacle = graph.obstacle { context.obstacle = Refusal(.opaqueLayer, obstacle) }
    var work = graph
    var removed: Set<Int> = []
    let surroundings = Surroundings(graph, shapes: context.shapes)
    for (index, call) in graph.calls.enumerated() {
      let layer = graph.layers[call.layer]
      for name in layer.hiddenBatchNormalizations where call.number == 0 {
        keep(context.path + layer.name + "/" + name, at: nil, opaqueReason(layer))
      }
      if layer.core.body != nil, call.number == 0 {
        try planBody(of: call.layer, in: &work, context: context)
      }
      guard case .batchNormalization(let normalization) = layer.core.operation, call.number == 0 else {
        continue
      }
      let path = context.path + layer.name
      let address = LayerAddress(context.prefix + [call.layer])
      do {
        if options.skipped.contains(path) { throw Refusal(.skipped, "it is left out by name") }
        if let obstacle = context.obstacle { throw obstacle }
        let match = try match(
          index, normalization, in: work, surroundings: surroundings, removed: removed, context: context)
        weightNames[context.prefix.first ?? match.producer].formUnion(match.result.weightNames)
        work.layers[match.producer].core = match.result
        removed.insert(call.layer)
        enter(
          path, at: address,
          .folded(
            into: [context.path + graph.layers[match.producer].name], rule: match.rule,
            across: match.across.map { graph.layers[$0].name }))
      } catch let refusal as Refusal {
        keep(path, at: address, refusal)
      }
    }
    self.removed.formUnion(removed.map { LayerAddress(context.prefix + [$0]) })
    return work
  }

  private mutating func planBody(
    of index: Int, in work: inout Graph, context: GraphContext
  ) throws {
    let layer = work.layers[index]
    guard let body = layer.core.body else { return }
    var inner = context
    inner.shapes = context.shapes.inner[index] ?? ShapeInference(of: body)
    inner.prefix += [index]
    inner.path = inner.path + layer.name + "/"
    if let obstacle = work.argumentObstacle(ofModel: index) { inner.obstacle = obstacle }
    work.layers[index].core.body = try plan(body, context: inner)
  }

  private mutating func keep(_ path: ByteString, at address: LayerAddress?, _ refusal: Refusal) {
    enter(path, at: address, .kept(refusal))
  }

  private mutating func enter(_ path: ByteString, at address: LayerAddress?, _ outcome: Ledger.Outcome) {
    ledger.entries.append(Ledger.Entry(layer: path, outcome: outcome))
    addresses.append(address)
  }

  private func opaqueReason(_ layer: Layer) -> Refusal {
    var reason = "it is inside \(layer.name) (\(layer.className))"
    if case .opaque(let why) = layer.operation { reason += ": \(why)" }
    return Refusal(.opaqueLayer, reason)
  }
}

// MARK: - Further away

extension FoldPlanner {
  /// Looks further for the batch normalizations that stay.
  private mutating func search(
    _ graph: inout Graph, original: Graph, shapes: ShapeInference
  ) throws {
    let candidates = ledger.entries.indices.compactMap { index -> LayerAddress? in
      let entry = ledger.entries[index]
      guard case .kept = entry.outcome, let address = addresses[index], !options.skipped.contains(entry.layer)
      else { return nil }
      // In 16 bits a tensor of another size is rounded elsewhere.
      return graph[address].core.precision.isSixteenBit ? nil : address
    }
    guard !candidates.isEmpty, options.rules != .direct else { return }
    let size = original.parameterCount
    let grown = graph.removing(removed).parameterCount - size
    let limit = (Double(size) * options.maxGrowth).rounded(.down)
    var search = RewriteSearch(
      RewritableModel(
        graph, shapes: shapes, removed: removed, store: store, constraints: constraints,
        rules: options.rules), growthLeft: Int(min(limit, 0x1p62)) - grown)
    let results = try search.run(candidates)
    for (index, address) in addresses.enumerated() {
      guard let address, let result = results[address] else { continue }
      update(entry: index, result)
    }
    graph = search.model.rewritten
    removed = search.model.removed
  }

  private mutating func update(entry index: Int, _ result: RewriteSearch.Result) {
    let entry = ledger.entries[index]
    guard case .kept(let direct, _) = entry.outcome else { return }
    switch result {
    case .folded(let outcome): ledger.entries[index] = Ledger.Entry(layer: entry.layer, outcome: outcome)
    case .kept(let backwards, let forwards):
      // What the layer right before it says is the first obstacle, unless the search gets past that layer.
      let beyond: [Refusal.Code] = [.noProducer, .activation, .sharedOutput, .sharedLayer]
      let first = beyond.contains(direct.code) ? backwards : direct
      ledger.entries[index] = Ledger.Entry(
        layer: entry.layer,
        outcome: .kept(first, forwards: forwards == backwards || forwards == first ? nil : forwards))
    }
  }
}

extension ByteString {
  /// Whether a precision policy computes in 16 bits, as `mixed_float16` and `bfloat16` do.
  fileprivate var isSixteenBit: Bool { hasSuffix("float16") }
}

// MARK: - Matching

extension FoldPlanner {
  /// A complete match of a batch normalization.
  private struct Match {
    let producer: Int
    /// The producer with the map in its weights.
    let result: Layer
    let rule: String
    /// Layers in between, which do nothing at inference.
    let across: [Int]
  }

  private func match(
    _ index: Int, _ normalization: BatchNormalization, in work: Graph, surroundings: Surroundings,
    removed: Set<Int>, context: GraphContext
  ) throws -> Match {
    let call = work.calls[index]
    let layer = work.layers[call.layer]
    guard surroundings.callCounts[call.layer] == 1 else {
      throw Refusal(.sharedLayer, "it is called \(surroundings.callCounts[call.layer]) times")
    }
    if call.training == true {
      throw Refusal(.trainingMode, "it is called with training=True and uses the statistics of the batch")
    }
    if call.hasUnknownArguments { throw Refusal.unknownArguments(of: "it") }
    let map = try ChannelAffine(of: layer.core, normalization: normalization, from: store)
    let found = try surroundings.producer(of: index, removed: removed)
    let producerCall = work.calls[found.call]
    let producer = work.layers[producerCall.layer]
    guard let rule = ProducerRules.rule(for: producer.core.operation) else { throw noProducer(producer) }
    let name = rule.name(for: producer.core.operation)
    try options.rules.require(name)
    if !found.across.isEmpty { try options.rules.require(ThroughIdentity.name) }
    guard surroundings.callCounts[producerCall.layer] == 1 else {
      throw Refusal(
        .sharedLayer, "\(producer.name) is called \(surroundings.callCounts[producerCall.layer]) times")
    }
    if producerCall.hasUnknownArguments { throw Refusal.unknownArguments(of: producer.name) }
    if producerCall.training == true, case .batchNormalization = producer.core.operation {
      throw Refusal(.trainingMode, "\(producer.name) uses the statistics of the batch")
    }
    for other in [producer] + found.across.map({ work.layers[$0] }) {
      try other.requirePrecision(of: layer)
    }
    let output = surroundings.shapes.shapes[TensorReference(call: found.call)]
    let isWrapped = !producer.wrapped.isEmpty
    let request = FoldRequest(
      layer: producer.core, map: map,
      axis: try axis(of: layer, normalization, behind: producer, rank: output?.count),
      outputShape: isWrapped ? output?.withoutTimeAxis : output,
      takenNames: weightNames[context.prefix.first ?? producerCall.layer])
    let result = try rule.fold(request, store: store)
    try constraints.check(result, original: request.layer, outputShape: request.outputShape)
    try StorableWeights.check(result, store: store)
    return Match(producer: producerCall.layer, result: result, rule: name, across: found.across)
  }

  /// The batch normalization's axis in the output of the layer that computes.
  private func axis(
    of layer: Layer, _ normalization: BatchNormalization, behind producer: Layer, rank: Int?
  ) throws(Refusal) -> ChannelAxis {
    var axis = try layer.core.channelAxis(of: normalization)
    if !layer.wrapped.isEmpty { axis = axis.behindTimeAxis }
    guard !producer.wrapped.isEmpty else { return axis }
    guard let inner = axis.withoutTimeAxis(rank: rank) else {
      throw Refusal(.axisMismatch, "its axis is the time axis of \(producer.name)")
    }
    return inner
  }

  private func noProducer(_ layer: Layer) -> Refusal {
    switch layer.core.operation {
    case .opaque(let why): Refusal(.opaqueLayer, "it comes after \(layer.name) (\(layer.className)): \(why)")
    case .input: Refusal(.noProducer, "it comes right after the input \(layer.name)")
    case .activation(let activation):
      Refusal(.activation, "the activation \(layer.name) (\(activation)) is before it")
    default:
      Refusal(
        .noProducer,
        "it comes after \(layer.name) (\(layer.className)), which cannot take a scale and a shift")
    }
  }
}
