import Elements
import ModelGraph

/// The forward pass, specialized for each scalar type by `InferenceScalar.run`.
struct ForwardPass<Scalar: InferenceScalar> {
  let weights: any WeightStore
  let sharing: WorkSharing

  func evaluate(
    _ graph: Graph, inputs: [TensorValue<Scalar>], observer: LayerObserver<Scalar>? = nil,
    training: TrainingMode<Scalar>? = nil
  ) throws -> Evaluation<Scalar> {
    if let obstacle = graph.obstacle { throw EvaluationError(.notRun(obstacle), layer: graph.name) }
    guard inputs.count == graph.inputs.count else {
      throw EvaluationError(.shape("\(inputs.count) inputs for \(graph.inputs.count)"), layer: graph.name)
    }
    var results = PendingResults<Scalar>(of: graph)
    for (reference, value) in zip(graph.inputs, inputs) {
      results.store(Evaluation([try graph.entering(value, at: reference)]), of: reference.call)
    }
    for (index, call) in graph.calls.enumerated() where results.isMissing(index) {
      let layer = graph.layers[call.layer]
      let arguments = try results.take(call.inputs, for: layer)
      let inner = training?.inside(call)
      let statistics = try batchStatistics(for: call, of: layer, arguments, in: inner)
      var tail = ElementwiseTail<Scalar>.none
      var end = index
      // An observer wants to see every layer's own result.
      if observer == nil, !graph.keepsIntegers || layer.operation.givesNumbers(of: arguments) {
        (tail, end) = try fusedCalls(
          after: index, in: graph, inputs: arguments.map(\.shape), fusesNormalizations: training == nil,
          &results)
      }
      var result = try evaluate(
        layer, arguments, tail: tail, isOutput: results.isOutput(end),
        observer: observer?.inside(call, of: layer), training: inner, statistics: statistics)
      if !graph.keepsIntegers { result.values = result.outputs.map { .numbers($0) } }
      observer?.see(call, of: layer, result.values)
      results.store(result, of: end)
    }
    return try results.outputs()
  }

  /// The statistics of the batch that a call of a batch normalization uses; nil for the moving ones, and other layers.
  ///
  /// - Throws: `EvaluationError` for a call that is not run.
  private func batchStatistics(
    for call: Call, of layer: Layer, _ inputs: [TensorValue<Scalar>], in training: TrainingMode<Scalar>?
  ) throws -> ChannelStatistics? {
    guard let training, layer.wrapped.isEmpty, inputs.count == 1,
      case .batchNormalization(let normalization) = layer.operation, normalization.axes.count == 1
    else {
      try call.checkRunnable(layer)
      return nil
    }
    let found = try training.statistics(
      NormalizationCall(
        address: training.address, normalization: normalization, input: inputs[0].numbers,
        training: training.training
      ))
    // A frozen layer uses its moving statistics even where it is told to train.
    if found == nil, layer.trainable { try call.checkRunnable(layer) }
    return found
  }

  /// The calls after one that change each element of its result and nothing else, as far as only they read it.
  ///
  /// They run with it, block by block while the block is in the cache.
  /// - Parameter fusesNormalizations: whether batch normalizations are among them, which use the moving statistics then.
  private func fusedCalls(
    after head: Int, in graph: Graph, inputs: [Shape], fusesNormalizations: Bool,
    _ results: inout PendingResults<Scalar>
  ) throws -> (tail: ElementwiseTail<Scalar>, end: Int) {
    var tail = ElementwiseTail<Scalar>.none
    var end = head
    let layer = graph.layers[graph.calls[head].layer]
    guard layer.wrapped.isEmpty, layer.body == nil, layer.operation.outputCount == 1,
      let partial = layer.operation.outputShape(inputs: inputs.map { $0.map { $0 } })
    else { return (tail, end) }
    let shape = partial.compactMap { $0 }
    guard shape.count == partial.count else { return (tail, end) }
    while let next = results.onlyReader(of: end) {
      let call = graph.calls[next]
      let reader = graph.layers[call.layer]
      let others = call.inputs.filter { $0.call != end }
      if !fusesNormalizations, case .batchNormalization = reader.operation { break }
      guard call.isRunnable(reader), let arrays = results.peek(others),
        !(results.isOutput(next) && (reader.operation.lastActivation?.saturates ?? false)),
        let step = try LayerEvaluator<Scalar>(layer: reader, weights: weights, sharing: sharing)
          .elementwiseSteps(
            on: shape, isFirstInput: call.inputs.first?.call == end, others: arrays.map(\.numbers))
      else { break }
      _ = try results.take(call.inputs, for: reader, except: end)
      tail.steps += step
      end = next
    }
    return (tail, end)
  }

  /// - Parameters:
  ///   - tail: what is done with the only output of a layer that has no layers inside.
  ///   - isOutput: whether what goes into a last activation that saturates is wanted.
  ///   - observer: of the layers inside.
  ///   - training: of the layers inside.
  ///   - statistics: what a batch normalization uses in place of its moving statistics.
  func evaluate(
    _ layer: Layer, _ inputs: [TensorValue<Scalar>], tail: ElementwiseTail<Scalar> = .none,
    isOutput: Bool = true, observer: LayerObserver<Scalar>? = nil, training: TrainingMode<Scalar>? = nil,
    statistics: ChannelStatistics? = nil
  ) throws -> Evaluation<Scalar> {
    if let wrapped = layer.wrapped.first { return try evaluateOverTime(wrapped, in: layer, inputs) }
    if let body = layer.body {
      return try evaluate(body, inputs: inputs, observer: observer, training: training)
    }
    return try LayerEvaluator(layer: layer, weights: weights, sharing: sharing, batchStatistics: statistics)
      .evaluate(inputs, tail: tail, isOutput: isOutput)
  }

  /// TimeDistributed: the time axis joins the batch, and comes back afterwards.
  private func evaluateOverTime(
    _ wrapped: Layer, in layer: Layer, _ inputs: [TensorValue<Scalar>]
  ) throws -> Evaluation<Scalar> {
    guard inputs.count == 1, let input = inputs.first, input.rank > 2 else {
      throw EvaluationError(.shape("a time axis is missing"), layer: layer.name)
    }
    let (batch, time) = (input.shape[0], input.shape[1])
    let inner = try evaluate(wrapped, [input.reshaped([batch * time] + input.shape.dropFirst(2))])
    return Evaluation(
      values: inner.values.map { $0.reshaped([batch, time] + $0.shape.dropFirst()) },
      beforeActivation: inner.beforeActivation.map {
        $0.map { $0.reshaped([batch, time] + $0.shape.dropFirst()) }
      }
    )
  }
}
