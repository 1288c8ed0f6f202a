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
    var results = PendingResults<Scalar>(of: graph, sharing: sharing)
    for (reference, value) in zip(graph.inputs, inputs) {
      results.store(Evaluation([try graph.entering(value, at: reference)]), of: reference.call)
    }
    let branches = ConditionalBranches(of: graph)
    for (index, call) in graph.calls.enumerated() where results.isMissing(index) {
      let layer = graph.layers[call.layer]
      if branches.isSkipped(index, &results) {
        _ = try results.take(call.inputs, for: layer)
        let nothing = TensorValue<Scalar>.numbers(DenseArray(shape: [0], values: []))
        results.store(Evaluation((layer.body?.outputs ?? []).map { _ in nothing }), of: index)
        continue
      }
      let form = form(of: layer, call, isTraining: training != nil, results)
      let arguments = try results.take(
        call.inputs, for: layer, channelsLastOf: form?.takesChannelsLast == true ? form?.rank : nil)
      let inner = training?.inside(call)
      let statistics = try batchStatistics(for: call, of: layer, arguments, in: inner)
      var tail = ElementwiseTail<Scalar>.none
      var end = index
      // An observer wants to see every layer's own result.
      if observer == nil, !graph.isOperatorGraph || layer.operation.givesNumbers(of: arguments) {
        (tail, end) = try fusedCalls(
          after: index, in: graph, as: form, inputs: arguments.map(\.shape),
          fusesNormalizations: training == nil, &results)
      }
      var result = try evaluate(
        form?.layer ?? layer, arguments, isOperator: graph.isOperatorGraph, tail: tail,
        isOutput: results.isOutput(end),
        observer: observer?.inside(call, of: layer), training: inner, statistics: statistics)
      if !graph.isOperatorGraph { result.values = result.outputs.map { .numbers($0) } }
      results.store(result, of: end, isChannelsLast: form?.givesChannelsLast ?? false)
      if let observer {
        let references = result.values.indices.map { TensorReference(call: end, output: $0) }
        observer.see(call, of: layer, results.peek(references) ?? [])
      }
    }
    return try results.outputs()
  }

  /// How a call runs over channels last; nil where it is to see its inputs in the order of the tensors.
  private func form(
    of layer: Layer, _ call: Call, isTraining: Bool, _ results: PendingResults<Scalar>
  ) -> ChannelsLastForm? {
    // Statistics of a batch are those of the tensor that goes in.
    if isTraining, case .batchNormalization = layer.operation { return nil }
    return results.form(of: layer, reading: call.inputs)
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
  /// - Parameters:
  ///   - head: the call.
  ///   - graph: the graph.
  ///   - form: how it runs over channels last.
  ///   - inputs: the shapes of its inputs, as it sees them.
  ///   - fusesNormalizations: whether batch normalizations are among them, which use the moving statistics then.
  private func fusedCalls(
    after head: Int, in graph: Graph, as form: ChannelsLastForm?, inputs: [Shape],
    fusesNormalizations: Bool, _ results: inout PendingResults<Scalar>
  ) throws -> (tail: ElementwiseTail<Scalar>, end: Int) {
    var tail = ElementwiseTail<Scalar>.none
    var end = head
    let layer = form?.layer ?? graph.layers[graph.calls[head].layer]
    guard layer.wrapped.isEmpty, layer.body == nil, layer.operation.outputCount == 1,
      let partial = layer.operation.outputShape(inputs: inputs.map { $0.map { $0 } })
    else { return (tail, end) }
    let shape = partial.compactMap { $0 }
    guard shape.count == partial.count else { return (tail, end) }
    let rank = form?.givesChannelsLast == true ? shape.count : nil
    while let next = results.onlyReader(of: end) {
      let call = graph.calls[next]
      var reader = graph.layers[call.layer]
      guard call.isRunnable(reader) else { break }
      if let rank {
        guard let form = results.form(of: reader, reading: call.inputs, fused: (end, rank)),
          form.takesChannelsLast, form.givesChannelsLast, form.rank == rank
        else { break }
        reader = form.layer
      }
      let others = call.inputs.filter { $0.call != end }
      if !fusesNormalizations, case .batchNormalization = reader.operation { break }
      guard let arrays = results.peek(others, channelsLastOf: rank),
        !(results.isOutput(next) && (reader.operation.lastActivation?.saturates ?? false)),
        let step = try LayerEvaluator<Scalar>(layer: reader, weights: weights, sharing: sharing)
          .elementwiseSteps(
            on: shape, isFirstInput: call.inputs.first?.call == end, others: arrays.map(\.numbers))
      else { break }
      _ = try results.take(call.inputs, for: reader, except: end, channelsLastOf: rank)
      tail.steps += step
      end = next
    }
    return (tail, end)
  }

  /// - Parameters:
  ///   - isOperator: whether the layer is one of a graph of operators.
  ///   - tail: what is done with the only output of a layer that has no layers inside.
  ///   - isOutput: whether what goes into a last activation that saturates is wanted.
  ///   - observer: of the layers inside.
  ///   - training: of the layers inside.
  ///   - statistics: what a batch normalization uses in place of its moving statistics.
  func evaluate(
    _ layer: Layer, _ inputs: [TensorValue<Scalar>], isOperator: Bool = false,
    tail: ElementwiseTail<Scalar> = .none, isOutput: Bool = true, observer: LayerObserver<Scalar>? = nil,
    training: TrainingMode<Scalar>? = nil,
    statistics: ChannelStatistics? = nil
  ) throws -> Evaluation<Scalar> {
    if let wrapped = layer.wrapped.first { return try evaluateOverTime(wrapped, in: layer, inputs) }
    if let body = layer.body {
      return try evaluate(body, inputs: inputs, observer: observer, training: training)
    }
    return try LayerEvaluator(
      layer: layer, weights: weights, sharing: sharing, isOperator: isOperator, batchStatistics: statistics
    ).evaluate(inputs, tail: tail, isOutput: isOutput)
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
