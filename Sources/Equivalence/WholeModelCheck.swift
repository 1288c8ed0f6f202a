import Inference
import ModelGraph
import Synchronization
import Tensor

/// Runs both models on the same random inputs, in Double and in float32.
struct WholeModelCheck {
  let original: Model
  let folded: Model
  let seed: UInt64

  func compare() -> WholeModelComparison {
    if let difference = interfaceDifference() { return .different(difference) }
    var last: WholeModelComparison = .notPossible("no size of the open axes fits")
    for size in ModelInputs.openSizes {
      last = compare(openSize: size)
      guard case .notPossible = last, hasOpenAxes else { return last }
    }
    return last
  }

  private var hasOpenAxes: Bool {
    original.graph.inputs.contains { reference in
      let layer = original.graph.layers[original.graph.calls[reference.call].layer]
      if case .input(let shape?, _) = layer.operation { return shape.dropFirst().contains(nil) }
      return false
    }
  }

  private func interfaceDifference() -> String? {
    let (before, after) = (original.graph, folded.graph)
    if before.inputs.count != after.inputs.count {
      return "there are \(after.inputs.count) inputs instead of \(before.inputs.count)"
    }
    if before.outputs.count != after.outputs.count {
      return "there are \(after.outputs.count) outputs instead of \(before.outputs.count)"
    }
    if before.outputNames != after.outputNames { return "the outputs have other names" }
    return nil
  }

  /// The four passes are independent of each other; only processors beyond that number are shared within them.
  private func compare(openSize: Int) -> WholeModelComparison {
    let doubles = Passes<Double>()
    let floats = Passes<Float>()
    let work: [@Sendable () -> Void] = [
      { doubles.run(original, isOriginal: true, inputsOf: original.graph, openSize: openSize, seed: seed) },
      { doubles.run(folded, isOriginal: false, inputsOf: original.graph, openSize: openSize, seed: seed) },
      { floats.run(original, isOriginal: true, inputsOf: original.graph, openSize: openSize, seed: seed) },
      { floats.run(folded, isOriginal: false, inputsOf: original.graph, openSize: openSize, seed: seed) },
    ]
    shareWork(of: work.count, threads: processorCount()) { index in work[index]() }
    if let failure = doubles.failure ?? floats.failure { return failure }
    return comparisons(doubles, floats)
  }

  private func comparisons(_ doubles: Passes<Double>, _ floats: Passes<Float>) -> WholeModelComparison {
    guard let exact = doubles.results, let rounded = floats.results else {
      return .different("the outputs end in other activations")
    }
    let stored = original.graph.coarsestElementType
    let layers = original.graph.weightedLayerCount
    var comparisons: [OutputComparison] = []
    for (index, before) in exact.original.enumerated() {
      let noise = relativeError(before.array, rounded.original[index].array)
      let pairs: [(ElementType, Double)] = [
        (.float64, relativeError(before.array, exact.folded[index].array)),
        (.float32, relativeError(rounded.original[index].array, rounded.folded[index].array)),
      ]
      for (arithmetic, error) in pairs {
        comparisons.append(
          OutputComparison(
            output: before.output, arithmetic: arithmetic, isBeforeActivation: before.isBeforeActivation,
            relativeError: error,
            tolerance: Tolerance.wholeModel(
              stored: stored, arithmetic: arithmetic, layers: layers, noise: noise.isFinite ? noise : 0)))
      }
    }
    return .compared(comparisons)
  }
}

/// The largest difference relative to the largest magnitude of the first; infinite if the arrays do not fit.
private func relativeError<First: InferenceScalar, Second: InferenceScalar>(
  _ left: DenseArray<First>, _ right: DenseArray<Second>
) -> Double {
  guard left.shape == right.shape else { return .infinity }
  var difference = 0.0
  var size = 0.0
  for (first, second) in zip(left.values, right.values) {
    let (first, second) = (Double(first), Double(second))
    if first.isFinite { size = max(size, abs(first)) }
    if first == second || (first.isNaN && second.isNaN) { continue }
    guard first.isFinite, second.isFinite else { return .infinity }
    difference = max(difference, abs(first - second))
  }
  return difference == 0 ? 0 : difference / size
}

/// A result that is compared.
private struct Compared<Scalar: InferenceScalar> {
  let output: Int
  let isBeforeActivation: Bool
  let array: DenseArray<Scalar>
}

/// The results of both models in one arithmetic.
private final class Passes<Scalar: InferenceScalar>: Sendable {
  private struct State {
    var original: Result<Evaluation<Scalar>, any Error>?
    var folded: Result<Evaluation<Scalar>, any Error>?
  }
  private let state = Mutex(State())

  func run(_ model: Model, isOriginal: Bool, inputsOf graph: Graph, openSize: Int, seed: UInt64) {
    let result = Result {
      let inputs = try ModelInputs.make(for: graph, openSize: openSize, seed: seed, as: Scalar.self)
      let sharing = WorkSharing(threads: processorCount() / 4)
      return try GraphEvaluator(weights: model.weights, sharing: sharing).evaluate(
        model.graph, inputs: inputs)
    }
    state.withLock { state in
      if isOriginal { state.original = result } else { state.folded = result }
    }
  }

  /// Why there is nothing to compare.
  var failure: WholeModelComparison? {
    state.withLock { state in
      if case .failure(let error)? = state.original { return .notPossible("\(error)") }
      // Where the original runs, a folded model that does not is not the same.
      if case .failure(let error)? = state.folded { return .different("\(error)") }
      return nil
    }
  }

  /// What is compared of both models, in the same order; nil if they end in different activations.
  var results: (original: [Compared<Scalar>], folded: [Compared<Scalar>])? {
    state.withLock { state in
      guard case .success(let before)? = state.original, case .success(let after)? = state.folded else {
        return nil
      }
      let (left, right) = (Self.compared(before), Self.compared(after))
      // A folded model has the same final activations: both lists belong together.
      guard left.map(\.isBeforeActivation) == right.map(\.isBeforeActivation) else { return nil }
      return (left, right)
    }
  }

  private static func compared(_ evaluation: Evaluation<Scalar>) -> [Compared<Scalar>] {
    evaluation.outputs.indices.flatMap { index -> [Compared<Scalar>] in
      let output = Compared(output: index, isBeforeActivation: false, array: evaluation.outputs[index])
      guard let before = evaluation.beforeActivation[index] else { return [output] }
      return [output, Compared(output: index, isBeforeActivation: true, array: before)]
    }
  }
}
