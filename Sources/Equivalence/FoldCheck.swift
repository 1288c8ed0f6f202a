import Inference
import ModelGraph
import Tensor

/// What a fold claims: these layers in a row equal that one.
public struct FoldClaim: Sendable {
  /// The address of the layer that took in the others, in the original graph.
  public let producer: LayerAddress
  /// The batch normalizations, in the order in which they are applied.
  public let batchNormalizations: [LayerAddress]
  /// The address of the folded layer in the other graph.
  public let folded: LayerAddress
  /// The shape of the layer's input, as far as it is known, without a wrapper's time axis.
  public let inputShape: PartialShape?
  /// How the folded layer's input and output are related to those of the original layers.
  public let relations: EndRelations

  public init(
    producer: LayerAddress, batchNormalizations: [LayerAddress], folded: LayerAddress,
    inputShape: PartialShape?, relations: EndRelations = EndRelations()
  ) {
    self.producer = producer
    self.batchNormalizations = batchNormalizations
    self.folded = folded
    self.inputShape = inputShape
    self.relations = relations
  }
}

/// Compares a layer and its batch normalizations with the folded layer, on random inputs in Double.
struct FoldCheck {
  let original: Model
  let folded: Model
  let seed: UInt64

  func compare(_ claim: FoldClaim) -> FoldComparison {
    let name = original.graph.path(of: claim.producer)
    do {
      let layer = folded.graph[claim.folded]
      let weights = try LoadedWeights(of: layer, from: folded.weights)
      var comparison = try measured(claim, name: name, foldedWeights: weights)
      comparison.subnormalWeights = try layer.subnormalWeightCount(in: weights)
      return comparison
    } catch {
      return FoldComparison(
        layer: name, largestError: .infinity, channel: 0, tolerance: 0, obstacle: "\(error)")
    }
  }

  private func measured(
    _ claim: FoldClaim, name: ByteString, foldedWeights: LoadedWeights
  ) throws -> FoldComparison {
    // The values before an activation are compared: it hides differences, and commutes with what a fold claims.
    let producer = original.graph[claim.producer].with(activation: .linear)
    let chain = [producer] + claim.batchNormalizations.map { original.graph[$0] }
    let result = folded.graph[claim.folded].with(activation: .linear)
    let probe = try ProbeShape(layer: producer, known: claim.inputShape).randomArray(seed: seed)
    let (before, after) = try claim.relations.input.bothSides(from: probe, layer: name)
    let (magnitudesBefore, magnitudes) = (before.magnitudes, after.magnitudes)
    let (expected, found) = try claim.relations.output.comparable(
      try run(chain, weights: original.weights, before), try run([result], weights: foldedWeights, after),
      layer: name)
    guard expected.shape == found.shape else {
      throw EvaluationError(
        .shape("the folded layer gives \(found.shape) instead of \(expected.shape)"), layer: name)
    }
    let size = try claim.relations.output.size(
      ofNew: run([result], weights: MagnitudeStore(foldedWeights, layers: [result]), magnitudes))
    guard let type = coarsestType(of: result), let unit = type.ulpOfOne,
      let least = type.leastNonzeroMagnitude
    else { throw EvaluationError(.notRun("its weights cannot be read"), layer: name) }
    let channels = chain.dropFirst().first?.core.variables?.first?.shape.elementCount ?? 1
    let terms = Self.terms(of: producer, channels: channels)

    let rounding = claim.relations.input.roundings(in: result)

    /// - Parameter sizeBefore: the magnitudes of what the unfolded layers add up.
    func worst(sizeBefore: DenseArray<Double>) -> FoldComparison {
      var worst = FoldComparison(layer: name, largestError: 0, channel: 0, tolerance: rounding, obstacle: nil)
      var worstRatio = -1.0
      for index in expected.values.indices {
        let ulp = unit * size.values[index] + least * Double(terms + 1)
        let noise = Tolerance.sum(terms: terms) * (sizeBefore.values[index] + size.values[index])
        let error = abs(expected.values[index] - found.values[index]) / ulp
        let tolerance = rounding + noise / ulp
        // A NaN compares as false with everything: it has to count as an error.
        let ratio = error.isNaN ? .infinity : error / tolerance
        if ratio > worstRatio {
          worstRatio = ratio
          worst = FoldComparison(
            layer: name, largestError: error.isNaN ? .infinity : error,
            channel: index % (expected.shape.last ?? 1), tolerance: tolerance, obstacle: nil)
        }
      }
      return worst
    }
    // The sums before are about as large as those after, unless large terms cancelled out. Only then is it worth
    // another run to know how large.
    let comparison = worst(sizeBefore: size)
    guard !comparison.passed else { return comparison }
    return worst(
      sizeBefore: try claim.relations.output.size(
        ofOld: run(
          chain, weights: MagnitudeStore(original.weights, layers: chain), magnitudesBefore)))
  }

  /// How many products an output element is the sum of.
  private static func terms(of layer: Layer, channels: Int) -> Int {
    (layer.core.variables ?? []).reduce(0) { sum, variable in
      // A depthwise kernel has its output channels on two axes.
      let perChannel =
        variable.role == .depthwiseKernel
        ? variable.shape.dropLast(2).reduce(1, *) : variable.shape.elementCount / max(1, channels)
      return sum + max(1, perChannel)
    }
  }

  private func run(
    _ chain: [Layer], weights: any WeightStore, _ input: DenseArray<Double>
  ) throws -> DenseArray<Double> {
    try chain.reduce(input) { array, layer in
      try GraphEvaluator(weights: weights).evaluate(layer, [array]).outputs[0]
    }
  }

  private func coarsestType(of layer: Layer) -> ElementType? {
    (layer.core.variables ?? []).map(\.elementType).max { ($0.ulpOfOne ?? 0) < ($1.ulpOfOne ?? 0) }
  }
}
