import Inference
import ModelGraph

/// Estimates the statistics of a model's batch normalizations again, from data.
///
/// In one pass, all of them normalize by the statistics of the batch, as in training. Sequentially, each is estimated
/// with those before it done and normalizing as at inference, which takes as many passes as there are batch
/// normalizations on the longest way. Only they behave as in training: dropout and noise do nothing, since the statistics
/// are for inference.
public struct StatisticsEstimation {
  private let model: Model
  private let options: CalibrationOptions
  private let trainingVariance: TrainingVariance
  private let layers: CalibratedLayers
  /// The layers pass after pass: all at once, or each when those before it are done.
  private let passes: [[LayerAddress]]

  /// Chooses the layers; no data are read.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - options: how, and which layers.
  ///   - trainingVariance: which variance a batch gives to a moving average.
  /// - Throws: `CalibrationError` where a layer that is wanted cannot be calibrated, or there is none.
  public init(
    of model: Model, options: CalibrationOptions, trainingVariance: TrainingVariance
  ) throws(CalibrationError) {
    self.model = model
    self.options = options
    self.trainingVariance = trainingVariance
    layers = try CalibratedLayers(of: model.graph, matching: options.layers)
    passes = options.isSequential ? EstimationOrder(of: model.graph, layers).passes : [layers.chosen]
    if case .named(let name)? = options.watched,
      !layers.chosen.contains(where: { model.graph.path(of: $0) == name })
    {
      throw CalibrationError(.noSuchLayer, layer: name)
    }
  }

  /// How often the data are gone through.
  public var passCount: Int { passes.count }

  /// Goes through the data.
  ///
  /// - Parameters:
  ///   - batches: the data.
  ///   - sharing: the threads that work on it; the result does not depend on them.
  ///   - progress: is told before each batch how many have been run, of all passes.
  /// - Throws: `CalibrationError`, `EvaluationError` for a layer that is not run, or what reading the data throws.
  public func run(
    on batches: some SampleBatches, sharing: WorkSharing, progress: (Int) -> Void = { _ in }
  ) throws -> CalibrationReport {
    options.elementType == .float64
      ? try run(on: batches, sharing, progress) { (index) -> [DenseArray<Double>] in
        try batches.doubles(ofBatch: index)
      }
      : try run(on: batches, sharing, progress) { (index) -> [DenseArray<Float>] in
        try batches.floats(ofBatch: index)
      }
  }

  private func run<Scalar: InferenceScalar>(
    on batches: some SampleBatches, _ sharing: WorkSharing, _ progress: (Int) -> Void,
    reading read: (Int) throws -> [DenseArray<Scalar>]
  ) throws -> CalibrationReport {
    var graph = model.graph
    var done: [LayerAddress: CalibratedLayer] = [:]
    var trace: ConvergenceTrace?
    for (number, pass) in passes.enumerated() {
      let estimation = EstimationPass<Scalar>(
        of: Model(graph: graph, weights: model.weights), layers: pass, done: Set(done.keys), chosen: layers,
        normalizesByBatch: !options.isSequential, options: options, trainingVariance: trainingVariance)
      let found = try estimation.run(
        on: batches, reading: read, watching: watched, sharing: sharing,
        progress: { progress(number * batches.count + $0) })
      for layer in found.layers {
        done[layer.address] = layer
        graph[layer.address].set(layer.new)
      }
      trace = trace ?? found.trace
    }
    return CalibrationReport(
      layers: layers.chosen.compactMap { done[$0] },
      kept: layers.kept, passes: passes.count, trace: trace)
  }

  private var watched: LayerAddress? {
    switch options.watched {
    case nil: nil
    case .first: passes.first?.first
    case .named(let name): layers.chosen.first { model.graph.path(of: $0) == name }
    }
  }
}

extension Layer {
  /// Gives a batch normalization new moving statistics.
  public mutating func set(_ statistics: ChannelStatistics) {
    variables = variables?.map { variable in
      var variable = variable
      switch variable.role {
      case .movingMean: variable.value = .computed(statistics.mean.map(variable.elementType.rounded))
      case .movingVariance: variable.value = .computed(statistics.variance.map(variable.elementType.rounded))
      default: break
      }
      return variable
    }
  }
}
