import ModelGraph

/// What a forward pass gives.
public struct Evaluation<Scalar: InferenceScalar>: Sendable {
  /// The outputs of the graph, in order.
  public var values: [TensorValue<Scalar>]
  /// For outputs that end in a saturating activation, what went into it; nil for the others.
  ///
  /// A softmax or sigmoid hides differences where it saturates.
  public var beforeActivation: [DenseArray<Scalar>?]

  /// The outputs as numbers.
  public var outputs: [DenseArray<Scalar>] { values.map(\.numbers) }

  /// Results none of which ends in an activation that saturates.
  init(_ values: [TensorValue<Scalar>]) {
    self.init(values: values, beforeActivation: values.map { _ in nil })
  }

  init(values: [TensorValue<Scalar>], beforeActivation: [DenseArray<Scalar>?]) {
    self.values = values
    self.beforeActivation = beforeActivation
  }
}

/// The forward pass of a graph or a layer.
///
/// Weights are read when their layer runs and let go afterwards; a result is kept until its last reader has run.
/// Its sums have one order, whatever the number of threads: the same machine gives the same bits.
public struct GraphEvaluator<Scalar: InferenceScalar> {
  private let weights: any WeightStore
  private let sharing: WorkSharing

  public init(weights: any WeightStore, sharing: WorkSharing = .none) {
    self.weights = weights
    self.sharing = sharing
  }

  /// Runs a graph.
  ///
  /// - Parameters:
  ///   - graph: the graph; its weights are in the evaluator's store.
  ///   - inputs: one value for each input of the graph, batch first; a graph that keeps integers makes those of them that it
  ///     declares to be integers, others make numbers of all of them.
  ///   - observer: sees the results of the layers.
  ///   - training: which batch normalizations use the statistics of the batch; nil for none.
  /// - Throws: `EvaluationError` for a layer that is not run or shapes that do not fit, or what the store or the training
  ///   mode throws.
  public func evaluate(
    _ graph: Graph, inputs: [TensorValue<Scalar>], observer: LayerObserver<Scalar>? = nil,
    training: TrainingMode<Scalar>? = nil
  ) throws -> Evaluation<Scalar> {
    try Scalar.run(
      graph, inputs: inputs, weights: weights, sharing: sharing, observer: observer, training: training)
  }

  /// Runs a graph on numbers.
  ///
  /// - Throws: as for other values.
  public func evaluate(
    _ graph: Graph, inputs: [DenseArray<Scalar>], observer: LayerObserver<Scalar>? = nil,
    training: TrainingMode<Scalar>? = nil
  ) throws -> Evaluation<Scalar> {
    try evaluate(
      graph, inputs: inputs.map { TensorValue.numbers($0) }, observer: observer, training: training)
  }

  /// Runs one layer, whatever is inside it.
  ///
  /// - Parameters:
  ///   - layer: the layer; its weights are in the evaluator's store.
  ///   - inputs: one value for each of its inputs.
  ///   - isOperator: whether it is one of a graph of operators.
  /// - Throws: as `evaluate(_:inputs:observer:)`.
  public func evaluate(
    _ layer: Layer, _ inputs: [TensorValue<Scalar>], isOperator: Bool = false
  ) throws -> Evaluation<Scalar> {
    try Scalar.run(layer, inputs: inputs, weights: weights, sharing: sharing, isOperator: isOperator)
  }

  /// Runs one layer on numbers.
  ///
  /// - Throws: as for other values.
  public func evaluate(_ layer: Layer, _ inputs: [DenseArray<Scalar>]) throws -> Evaluation<Scalar> {
    try evaluate(layer, inputs.map { TensorValue.numbers($0) })
  }
}
