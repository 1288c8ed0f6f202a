import Bytes
import ModelGraph

/// Models of which one is a graph of layers, the other one of operators.
extension EquivalenceCheck {
  /// Whether the models are to be brought into one form before they are compared.
  var isAcrossFormats: Bool {
    original.graph.isOperatorGraph != folded.graph.isOperatorGraph || !pairs.isEmpty
  }

  /// As `report(inputs:runs:)`, of models in the form that both kinds have in common.
  func reportAcrossFormats(inputs: RunInputs, runs isRun: Bool) throws -> EquivalenceReport {
    let alignment: ModelAlignment
    do {
      alignment = try ModelAlignment(original.graph, folded.graph, given: pairs)
    } catch {
      return EquivalenceReport(
        verdict: .different, differences: [Difference(error, layer: "")],
        extent: ProofExtent(calls: 0, weights: 0), unroundedLayers: [],
        runs: .notRun("their inputs or outputs differ"),
        subnormalWeights: SubnormalWeights(count: 0, layers: []))
    }
    let (first, second) = (
      Model(graph: alignment.original, weights: original.weights),
      Model(graph: alignment.other, weights: folded.weights)
    )
    let common = (try first.inCommonForm(), try second.inCommonForm())
    let precision = first.graph.otherPrecision ?? second.graph.otherPrecision
    let found =
      try precision.map { ProvenPair(obstacle: .precision($0), weights: 0) }
      ?? ProvenPair(common.0, common.1, trustsCarriedWeights, isSymmetric: true)
    let both = ModelRuns(original: first, folded: second, exact: nil, inputs: inputs)
    let runs = isRun ? both.outcome() : .notRun("that was not asked for")
    let (verdict, differences) = try SampledVerdict(found.verdict, found.differences, runs) {
      guard let signatures = both.signatures() else { return nil }
      return DifferingTensor(
        signatures: signatures, graph: try FlatGraph(first.graph), tolerance: runs.roundingOfTensors
      ).difference
    }.outcome()
    return EquivalenceReport(
      verdict: verdict, differences: differences,
      extent: ProofExtent(
        calls: found.calls, weights: found.weights,
        carriedWeights: common.0.graph.parameterCount - common.0.graph.interpretedWeightCount,
        unreadWeights: precision == nil ? try FlatGraph(common.0.graph).unneededWeightCount() : 0,
        hasFloat64: common.0.graph.hasFloat64),
      unroundedLayers: verdict.isEqual ? found.unroundedLayers : [], runs: runs,
      subnormalWeights: found.subnormalWeights, nonFiniteWeights: found.nonFiniteWeights,
      hiddenDifferences: verdict.isEqual ? found.hiddenDifferences : .none,
      unreadDifferences: verdict.isEqual ? found.unreadDifferences : [], ends: alignment.pairs)
  }
}
