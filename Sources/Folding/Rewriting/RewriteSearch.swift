import Bytes
import ModelGraph

/// Looks for rewrites that make the batch normalizations superfluous that the layer before them cannot take.
///
/// They are tried in the order of the data, backwards first, again and again until none is left that goes: removing one
/// can open the way for another. Each attempt looks at the tensors that would change and at no others.
struct RewriteSearch {
  private(set) var model: RewritableModel
  /// Weights that may still be added, in elements.
  private var growthLeft: Int

  /// What becomes of a batch normalization.
  enum Result {
    case folded(Ledger.Outcome)
    /// The first obstacles on both ways.
    case kept(backwards: Refusal, forwards: Refusal)
  }

  /// - Parameter growthLeft: elements of weights that the model may have more.
  init(_ model: RewritableModel, growthLeft: Int) {
    self.model = model
    self.growthLeft = growthLeft
  }

  /// - Parameter candidates: batch normalizations, in the order of the data.
  /// - Returns: what became of each.
  /// - Throws: what the store throws.
  mutating func run(_ candidates: [LayerAddress]) throws -> [LayerAddress: Result] {
    var results: [LayerAddress: Result] = [:]
    var isProgress = true
    while isProgress {
      isProgress = false
      for candidate in candidates {
        if case .folded = results[candidate] { continue }
        let result = try fold(candidate)
        if case .folded = result { isProgress = true }
        results[candidate] = result
      }
    }
    return results
  }

  private mutating func fold(_ target: LayerAddress) throws -> Result {
    var refusals: [Refusal] = []
    for way in [RewriteAttempt.Way.backwards, .forwards] {
      var attempt = RewriteAttempt(model, target: target, way: way)
      do {
        return .folded(try apply(try attempt.run()))
      } catch let refusal as Refusal {
        refusals.append(refusal)
        model.remember(refusal, after: attempt)
      }
    }
    return .kept(backwards: refusals[0], forwards: refusals[1])
  }

  private mutating func apply(_ rewrite: Rewrite) throws(Refusal) -> Ledger.Outcome {
    try model.checkRemovable(rewrite.target)
    let gone = model.layers(of: rewrite.target).reduce(0) { $0 + model.layer($1).parameterCount }
    let growth = rewrite.changes.reduce(-gone) { sum, change in
      sum + change.value.parameterCount - model.layer(change.key).parameterCount
    }
    guard growth <= growthLeft else {
      throw Refusal(.growth, "the model would have \(growth) weights more, and may have \(growthLeft)")
    }
    growthLeft -= growth
    model.apply(rewrite)
    return rewrite.outcome(in: model.rewritten)
  }
}

extension RewritableModel {
  /// A layer that gives its model's output has to have one left before it, and the first one of a list may carry its shape.
  ///
  /// - Throws: `Refusal` where the batch normalization cannot be taken out.
  fileprivate func checkRemovable(_ target: LayerAddress) throws(Refusal) {
    let prefix = Array(target.indices.dropLast())
    guard let index = target.indices.last else { return }
    let graph = graph(around: target)
    func source(_ reference: TensorReference) -> Layer {
      let call = graph.calls[reference.call]
      let address = LayerAddress(prefix + [call.layer])
      let isGone = layers(of: target).contains(address) || removed.contains(address)
      guard isGone, let input = call.inputs.first else { return graph.layers[call.layer] }
      return source(input)
    }
    for reference in graph.outputs {
      if case .input = source(reference).operation {
        throw Refusal(.noConsumer, "nothing would be left between an input and an output of \(graph.name)")
      }
    }
    for call in graph.calls where call.layer == index && graph.isSequential {
      if let input = call.inputs.first, source(input).isImplicit {
        throw Refusal(
          .noConsumer, "it is the first layer of \(graph.name) and holds the shape of the model's input")
      }
    }
  }
}
