import Elements
import Inference
import ModelGraph
import Parallel
import Synchronization

/// Runs both models on the same inputs, in float64 and in float32.
struct ModelRuns {
  let original: Model
  let folded: Model
  /// The folded model before its weights were rounded; nil where that is not known.
  let exact: Model?
  let inputs: RunInputs

  func outcome() -> RunOutcome {
    let batch = inputs.batch(for: original)
    var obstacle = "no size of the open axes fits"
    for size in sizes(for: batch) {
      do {
        return .run(try runs(batch, size))
      } catch {
        obstacle = "\(error)"
      }
    }
    return .notRun(obstacle)
  }

  /// Sizes for the axes of the inputs, to be tried until both models run.
  private func sizes(for batch: RunInputs.Batch) -> [InputSize] {
    let open = original.graph.hasOpenAxes && !batch.isGiven ? ModelInputs.openSizes : [0]
    let whole = open.map { InputSize(open: $0, most: nil) }
    guard original.graph.hasLargeInputs, !batch.isGiven else { return whole }
    return whole.map { InputSize(open: $0.open, most: InputSize.small) } + whole
  }

  /// The passes are independent of each other; only processors beyond their number are shared within them.
  private func runs(_ given: RunInputs.Batch, _ size: InputSize) throws -> [OutputRun] {
    // Large inputs that cannot be made smaller take long: samples of one kind have to do.
    let isLarge = original.graph.hasLargeInputs && size.most == nil && !given.isGiven
    let batch = isLarge ? given.first : given
    let results = Mutex(Passes())
    let passes: [@Sendable () throws -> Void] = [
      {
        let result = try run(original, batch, size, as: Double.self)
        results.withLock { $0.original64 = result }
      },
      {
        guard let exact else { return }
        let result = try run(exact, batch, size, as: Double.self)
        results.withLock { $0.exact64 = result }
      },
      {
        let result = try run(original, batch, size, as: Float.self)
        results.withLock { $0.original32 = result }
      },
      {
        let result = try run(folded, batch, size, as: Float.self)
        results.withLock { $0.folded32 = result }
      },
    ]
    try shareWork(of: passes.count, threads: processorCount()) { index in try passes[index]() }
    let suffix = size.most.map { ", at most \($0) along an axis" } ?? ""
    let names = batch.names.map { $0 + suffix }
    let found = results.withLock { $0 }
    let outputNames = original.graph.namesOfOutputs
    let compared = found.comparisons(names, of: outputNames)
    guard (compared.grosslyDifferent ?? compared.contradiction) != nil else { return compared }
    return try (0..<Self.nudgeCount).reduce(compared) { runs, seed in
      var nudged = found
      nudged.original32 = try run(original.nudged(seed: UInt64(seed)), batch, size, as: Float.self)
      return zip(runs, nudged.comparisons(names, of: outputNames)).map {
        $0.0.withRounding(atLeast: $0.1.ownRounding)
      }
    }
  }

  /// What both models hold in each tensor, for the first size with which they run; nil where they do not.
  func signatures() -> (old: [TensorSignature], new: [TensorSignature])? {
    let batch = inputs.batch(for: original)
    for size in sizes(for: batch) {
      guard let old = try? signatures(of: original, batch, size),
        let new = try? signatures(of: folded, batch, size)
      else { continue }
      return (old, new)
    }
    return nil
  }

  private func signatures(
    of model: Model, _ batch: RunInputs.Batch, _ size: InputSize
  ) throws -> [TensorSignature] {
    var found: [TensorSignature] = []
    let observer = LayerObserver<Float> { name, value in
      if case .numbers(let array) = value { found.append(TensorSignature(name, array)) }
    }
    let inputs: [DenseArray<Float>] = try batch.arrays(for: original.graph, size)
    _ = try GraphEvaluator(weights: model.weights, sharing: WorkSharing(threads: processorCount()))
      .evaluate(model.graph, inputs: inputs, observer: observer)
    return found
  }

  /// How often the original is run with weights rounded otherwise, where rounding has to explain a difference.
  ///
  /// A network that amplifies rounding does so along some paths only, which one run may miss.
  private static let nudgeCount = 16

  private func run<Scalar: InferenceScalar>(
    _ model: Model, _ batch: RunInputs.Batch, _ size: InputSize, as: Scalar.Type
  ) throws -> Evaluation<Scalar> {
    try GraphEvaluator(weights: model.weights, sharing: WorkSharing(threads: processorCount() / 4))
      .evaluate(model.graph, inputs: try batch.arrays(for: original.graph, size))
  }
}
