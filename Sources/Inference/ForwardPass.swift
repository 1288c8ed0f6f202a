import ModelGraph
import Tensor

/// The forward pass, specialized for each scalar type by `InferenceScalar.run`.
struct ForwardPass<Scalar: InferenceScalar> {
  let weights: any WeightStore
  let sharing: WorkSharing

  func evaluate(
    _ graph: Graph, inputs: [DenseArray<Scalar>], observer: LayerObserver<Scalar>? = nil
  ) throws -> Evaluation<Scalar> {
    if let obstacle = graph.obstacle { throw EvaluationError(.notRun(obstacle), layer: graph.name) }
    guard inputs.count == graph.inputs.count else {
      throw EvaluationError(.shape("\(inputs.count) inputs for \(graph.inputs.count)"), layer: graph.name)
    }
    var pending = Self.readings(in: graph)
    var results: [Int: Evaluation<Scalar>] = [:]
    for (reference, array) in zip(graph.inputs, inputs) {
      results[reference.call] = Evaluation(outputs: [array], beforeActivation: [nil])
    }
    for (index, call) in graph.calls.enumerated() where pending[index] > 0 && results[index] == nil {
      let layer = graph.layers[call.layer]
      var arguments: [DenseArray<Scalar>] = []
      for reference in call.inputs {
        guard let result = results[reference.call], reference.output < result.outputs.count else {
          throw EvaluationError(.notRun("its input is not there"), layer: layer.name)
        }
        arguments.append(result.outputs[reference.output])
      }
      for reference in call.inputs {
        pending[reference.call] -= 1
        if pending[reference.call] == 0 { results[reference.call] = nil }
      }
      if case .opaque(let why) = layer.core.operation {
        throw EvaluationError(.notRun(why), layer: layer.name)
      }
      if call.training == true, !layer.isSameInTraining {
        throw EvaluationError(.notRun("it is called with training=True"), layer: layer.name)
      }
      if !call.controls.isEmpty, !layer.ignoresMasks {
        throw EvaluationError(.notRun("it is given a mask, which is not run"), layer: layer.name)
      }
      if call.hasUnknownArguments {
        throw EvaluationError(
          .notRun("it is called with arguments that bnfold does not understand"), layer: layer.name)
      }
      let result = try evaluate(layer, arguments, observer: observer?.inside(call, of: layer))
      observer?.see(call, of: layer, result.outputs)
      results[index] = result
    }
    var outputs: [DenseArray<Scalar>] = []
    var before: [DenseArray<Scalar>?] = []
    for reference in graph.outputs {
      guard let result = results[reference.call] else {
        throw EvaluationError(.notRun("an output is not there"), layer: graph.name)
      }
      outputs.append(result.outputs[reference.output])
      before.append(result.beforeActivation[reference.output])
    }
    return Evaluation(outputs: outputs, beforeActivation: before)
  }

  /// How often each call's results are needed; 0 for calls that no output depends on.
  ///
  /// Masks are left out: layers that use them are not run.
  private static func readings(in graph: Graph) -> [Int] {
    var readings = [Int](repeating: 0, count: graph.calls.count)
    for output in graph.outputs { readings[output.call] += 1 }
    for index in graph.calls.indices.reversed() where readings[index] > 0 {
      for reference in graph.calls[index].inputs { readings[reference.call] += 1 }
    }
    return readings
  }

  /// - Parameter observer: of the layers inside.
  func evaluate(
    _ layer: Layer, _ inputs: [DenseArray<Scalar>], observer: LayerObserver<Scalar>? = nil
  ) throws -> Evaluation<Scalar> {
    if let wrapped = layer.wrapped.first { return try evaluateOverTime(wrapped, in: layer, inputs) }
    if let body = layer.body { return try evaluate(body, inputs: inputs, observer: observer) }
    return try LayerEvaluator(layer: layer, weights: weights, sharing: sharing).evaluate(inputs)
  }

  /// TimeDistributed: the time axis joins the batch, and comes back afterwards.
  private func evaluateOverTime(
    _ wrapped: Layer, in layer: Layer, _ inputs: [DenseArray<Scalar>]
  ) throws -> Evaluation<Scalar> {
    guard inputs.count == 1, let input = inputs.first, input.rank > 2 else {
      throw EvaluationError(.shape("a time axis is missing"), layer: layer.name)
    }
    let (batch, time) = (input.shape[0], input.shape[1])
    func withTime(_ array: DenseArray<Scalar>) -> DenseArray<Scalar> {
      array.reshaped([batch, time] + array.shape.dropFirst())
    }
    let inner = try evaluate(wrapped, [input.reshaped([batch * time] + input.shape.dropFirst(2))])
    return Evaluation(
      outputs: inner.outputs.map(withTime), beforeActivation: inner.beforeActivation.map { $0.map(withTime) })
  }
}

extension Layer {
  /// Whether a mask changes nothing at inference.
  fileprivate var ignoresMasks: Bool {
    switch core.operation {
    case .identity, .batchNormalization: true
    default: false
    }
  }

  /// Whether the layer computes the same in training and at inference.
  fileprivate var isSameInTraining: Bool {
    switch core.operation {
    case .identity, .batchNormalization, .model, .opaque: false
    default: true
    }
  }
}
