import Bytes
import ModelGraph

/// Finds out for each batch normalization of a model whether it can be folded exactly.
///
/// Matching is pure: the planner works on a copy of the graph, in which weights are described, not computed. First each
/// batch normalization is offered to the layer right before it (`AdjacentFold`), in the order of the data. For those that
/// stay `RewriteSearch` looks further.
public struct FoldPlanner {
  private let candidates: [FoldCandidate]
  private let options: FoldOptions
  private var model: RewritableModel
  private var outcomes: [Ledger.Outcome] = []
  private var mergedBranches = 0

  /// Makes the plan for a model.
  ///
  /// - Throws: what the weight store throws; a batch normalization that cannot be folded is no error.
  public static func plan(
    _ model: Model, constraints: [any FoldConstraint] = [], options: FoldOptions = FoldOptions()
  ) throws -> FoldPlan {
    var planner = FoldPlanner(model: model, constraints: constraints, options: options)
    for candidate in planner.candidates {
      planner.outcomes.append(try planner.foldIntoLayerBefore(candidate))
    }
    let size = model.graph.parameterCount
    _ = try planner.foldBranches()
    try planner.search(size: size)
    while try planner.foldBranches() { try planner.search(size: size) }
    if options.mergesBranches, options.rules != .direct { try planner.mergeBranches() }
    return planner.plan
  }

  private init(model: Model, constraints: [any FoldConstraint], options: FoldOptions) {
    self.options = options
    self.model = RewritableModel(model, constraints: constraints, rules: options.rules)
    candidates = FoldCandidate.all(of: model.graph, others: Set(self.model.chains.keys))
  }

  private var plan: FoldPlan {
    let entries = zip(candidates, outcomes).map { Ledger.Entry(layer: $0.path, outcome: $1) }
    return FoldPlan(
      ledger: Ledger(entries: entries),
      graph: model.rewritten.removing(model.removed, terms: model.droppedTerms),
      removed: model.removed, mergedBranches: mergedBranches)
  }

  private mutating func foldIntoLayerBefore(_ candidate: FoldCandidate) throws -> Ledger.Outcome {
    do {
      if candidate.address != nil, options.skipped.contains(candidate.path) {
        throw Refusal(.skipped, "it is left out by name")
      }
      if let obstacle = candidate.obstacle { throw obstacle }
      guard let address = candidate.address else { preconditionFailure("what is hidden has an obstacle") }
      let rewrite = try AdjacentFold(model: model, target: address).rewrite()
      model.apply(rewrite)
      return rewrite.outcome(in: model.rewritten)
    } catch let refusal as Refusal {
      return .kept(refusal)
    }
  }

  /// The candidates that stay so far, and for which may be looked further.
  private var unfolded: [Int] {
    candidates.indices.filter { index in
      guard case .kept = outcomes[index], let address = candidates[index].address,
        !options.skipped.contains(candidates[index].path)
      else { return false }
      // In 16 bits a tensor of another size is rounded elsewhere.
      return !model.layer(address).core.precision.isSixteenBit
    }
  }

  /// Puts batch normalizations into convolutions beside them; where a sum is gone by that, the layer after it may be adjacent now.
  ///
  /// - Returns: whether there was one.
  private mutating func foldBranches() throws -> Bool {
    guard options.rules.allows(ParallelBranch.name) else { return false }
    var hasFolded = false
    while true {
      var isProgress = false
      for index in unfolded {
        guard let address = candidates[index].address else { continue }
        do {
          guard let rewrite = try ParallelBranch(model: model, target: address).rewrite() else { continue }
          model.apply(rewrite)
          outcomes[index] = rewrite.outcome(in: model.rewritten)
          isProgress = true
        } catch let refusal as Refusal {
          outcomes[index] = .kept(refusal)
        }
      }
      guard isProgress else { return hasFolded }
      hasFolded = true
      for index in unfolded {
        let outcome = try foldIntoLayerBefore(candidates[index])
        if case .folded = outcome { outcomes[index] = outcome }
      }
    }
  }

  /// Makes one convolution of several that are added.
  private mutating func mergeBranches() throws {
    for (node, place) in model.graph.nodes.enumerated()
    where !model.layer(place.address).core.precision.isSixteenBit {
      while let merge = try MergedBranches(model: model, node: node).next() {
        model.apply(merge)
        mergedBranches += 1
      }
    }
  }

  /// Looks further for the batch normalizations that stay.
  private mutating func search(size: Int) throws {
    let rest = unfolded.compactMap { candidates[$0].address }
    guard !rest.isEmpty, options.rules != .direct else { return }
    let grown = model.parameterCount - size
    let limit = (Double(size) * options.maxGrowth).rounded(.down)
    var search = RewriteSearch(model, growthLeft: Int(min(limit, 0x1p62)) - grown)
    let results = try search.run(rest)
    for (index, candidate) in candidates.enumerated() {
      guard let result = candidate.address.flatMap({ results[$0] }) else { continue }
      outcomes[index] = Self.merged(outcomes[index], result)
    }
    model = search.model
  }

  private static func merged(_ direct: Ledger.Outcome, _ result: RewriteSearch.Result) -> Ledger.Outcome {
    guard case .kept(let direct, _) = direct else { return direct }
    switch result {
    case .folded(let outcome): return outcome
    case .kept(let backwards, let forwards):
      // What the layer right before it says is the first obstacle, unless the search gets past that layer.
      let beyond: [Refusal.Code] = [.noProducer, .activation, .sharedOutput, .sharedLayer]
      let first = beyond.contains(direct.code) ? backwards : direct
      return .kept(first, forwards: forwards == backwards || forwards == first ? nil : forwards)
    }
  }
}

extension ByteString {
  /// Whether a precision policy computes in 16 bits, as `mixed_float16` and `bfloat16` do.
  fileprivate var isSixteenBit: Bool { hasSuffix("float16") }
}
