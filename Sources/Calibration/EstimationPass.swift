import Inference
import ModelGraph

/// One pass over the data, in which some layers are estimated.
struct EstimationPass<Scalar: InferenceScalar> {
  private let model: Model
  private let layers: [LayerAddress]
  /// Those of an earlier pass, which normalize as at inference.
  private let done: Set<LayerAddress>
  private let chosen: CalibratedLayers
  /// Whether what follows a layer sees it normalized by the batch.
  private let normalizesByBatch: Bool
  private let options: CalibrationOptions
  private let trainingVariance: TrainingVariance

  init(
    of model: Model, layers: [LayerAddress], done: Set<LayerAddress>, chosen: CalibratedLayers,
    normalizesByBatch: Bool, options: CalibrationOptions, trainingVariance: TrainingVariance
  ) {
    self.model = model
    self.layers = layers
    self.done = done
    self.chosen = chosen
    self.normalizesByBatch = normalizesByBatch
    self.options = options
    self.trainingVariance = trainingVariance
  }

  /// - Parameters:
  ///   - batches: how many there are, and how large.
  ///   - read: gives the arrays of one of them.
  ///   - watched: the layer whose trace is wanted.
  ///   - sharing: the threads that work on it.
  ///   - progress: is told how many batches have been run.
  /// - Throws: as `StatisticsEstimation.run`.
  func run(
    on batches: some SampleBatches, reading read: (Int) throws -> [DenseArray<Scalar>],
    watching watched: LayerAddress?, sharing: WorkSharing, progress: (Int) -> Void
  ) throws -> (layers: [CalibratedLayer], trace: ConvergenceTrace?) {
    var estimates: [LayerAddress: RunningEstimate] = [:]
    for address in layers { estimates[address] = try estimate(of: address) }
    if let watched, let estimate = estimates[watched] {
      estimates[watched]?.trace = TraceRecorder(
        path: estimate.path, start: estimate.old, staying: (try? estimate.staying()) ?? 0.99)
    }
    let graph = model.graph.reaching(layers)
    let evaluator = GraphEvaluator<Scalar>(weights: model.weights, sharing: sharing)
    for batch in 0..<batches.count {
      progress(batch)
      let samples = batches.sampleCount(ofBatch: batch)
      let training = TrainingMode<Scalar> { call in
        // A moving average moves while the data go by, and a call that does not train sees how far it is.
        guard usesBatch(call) else { return options.method == .ema ? estimates[call.address]?.current : nil }
        return try statistics(for: call, batch: batch, samples: samples, sharing: sharing, &estimates)
      }
      _ = try evaluator.evaluate(
        graph, inputs: try read(batch), training: training)
    }
    progress(batches.count)
    let results = try layers.map { address in
      guard let estimate = estimates[address] else {
        throw CalibrationError(.notReached, layer: model.graph.path(of: address))
      }
      return try estimate.result(at: address)
    }
    return (results, watched.flatMap { estimates[$0]?.trace?.trace })
  }

  private func estimate(of address: LayerAddress) throws -> RunningEstimate? {
    let layer = model.graph[address]
    guard case .batchNormalization(let normalization) = layer.operation,
      let mean = layer.variable(.movingMean), let variance = layer.variable(.movingVariance)
    else { return nil }
    let old = ChannelStatistics(
      mean: try mean.elements(from: model.weights), variance: try variance.elements(from: model.weights))
    return RunningEstimate(
      of: layer, normalization, path: model.graph.path(of: address), old: old, options: options,
      trainingVariance: trainingVariance)
  }

  /// Whether a call normalizes by the batch.
  ///
  /// What is called with training=True always does, if it is trainable, and what is called with training=False only if
  /// the caller wants it.
  private func usesBatch(_ call: NormalizationCall<Scalar>) -> Bool {
    if call.training == true, chosen.trainable.contains(call.address) { return true }
    guard chosen.contains(call.address), !done.contains(call.address) else { return false }
    return call.training != false || chosen.resting.contains(call.address)
  }

  /// Takes a batch into a layer's estimate, and gives what the layer normalizes it by.
  private func statistics(
    for call: NormalizationCall<Scalar>, batch: Int, samples: Int, sharing: WorkSharing,
    _ estimates: inout [LayerAddress: RunningEstimate]
  ) throws -> ChannelStatistics {
    let (address, normalization, input) = (call.address, call.normalization, call.input)
    let path = estimates[address]?.path ?? model.graph.path(of: address)
    guard let axis = normalization.axis(rank: input.rank) else {
      throw EvaluationError(
        .shape("its axes \(normalization.axes) do not fit the rank \(input.rank)"), layer: path)
    }
    let found = BatchStatistics(of: input, axis: axis, sharing: sharing)
    guard found.count > 0, found.isFinite else {
      throw CalibrationError(found.count > 0 ? .notFinite(batch: batch) : .notReached, layer: path)
    }
    if let estimate = estimates[address] {
      guard estimate.old.channels == found.channels else {
        throw EvaluationError(
          .shape("it has statistics of \(estimate.old.channels) channels for \(found.channels)"), layer: path)
      }
      try estimates[address]?.update(with: found, rank: input.rank, samples: samples)
    }
    // Training goes on with zeros under this convention, and the moving average is to be the same.
    let goesOnWithZeros = options.method == .ema && options.convention == .fractionKept
    guard found.count > 1 || !normalizesByBatch || goesOnWithZeros else {
      throw CalibrationError(.singleValue(samples: samples, isNormalizedByIt: true), layer: path)
    }
    return found.biased
  }
}

extension Graph {
  /// The same graph, with only what has to run for some layers to be reached.
  ///
  /// Only the last of them are outputs: what is an output is kept until the end of a run.
  fileprivate func reaching(_ layers: [LayerAddress]) -> Graph {
    let wanted = Set(layers.compactMap(\.indices.first))
    var leadsOn = [Bool](repeating: false, count: calls.count)
    var graph = self
    graph.outputs = []
    for (index, call) in calls.enumerated().reversed() {
      guard wanted.contains(call.layer) || leadsOn[index] else { continue }
      if !leadsOn[index] { graph.outputs.append(TensorReference(call: index)) }
      for input in call.inputs { leadsOn[input.call] = true }
    }
    return graph
  }
}
