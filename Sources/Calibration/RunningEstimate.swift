import Bytes
import ModelGraph

/// The estimate of one layer while the data go by.
struct RunningEstimate {
  let layer: Layer
  let normalization: BatchNormalization
  let path: ByteString
  let old: ChannelStatistics
  private let options: CalibrationOptions
  private let trainingVariance: TrainingVariance
  private var estimate: (any StatisticsEstimate)?
  private(set) var valueCount = 0
  /// Its estimates from batch to batch, if the caller watches.
  var trace: TraceRecorder?

  init(
    of layer: Layer, _ normalization: BatchNormalization, path: ByteString, old: ChannelStatistics,
    options: CalibrationOptions, trainingVariance: TrainingVariance
  ) {
    self.layer = layer
    self.normalization = normalization
    self.path = path
    self.old = old
    self.options = options
    self.trainingVariance = trainingVariance
  }

  /// - Parameters:
  ///   - batch: what has gone into the layer.
  ///   - rank: of what has gone into it.
  ///   - samples: of the batch, for a message.
  /// - Throws: `CalibrationError` where the batch is too small, or the layer's momentum is not known.
  mutating func update(with batch: BatchStatistics, rank: Int, samples: Int) throws(CalibrationError) {
    if estimate == nil { estimate = try makeEstimate(rank: rank) }
    do throws(BatchStatistics.SingleValue) {
      try estimate?.update(with: batch)
    } catch {
      throw CalibrationError(.singleValue(samples: samples, isNormalizedByIt: false), layer: path)
    }
    valueCount += batch.count
    trace?.note(batch)
  }

  /// The estimate so far; nil before the first batch.
  var current: ChannelStatistics? { estimate?.statistics }

  private func makeEstimate(rank: Int) throws(CalibrationError) -> any StatisticsEstimate {
    switch options.method {
    case .pooled: return PooledStatistics()
    case .population: return PopulationStatistics()
    case .ema:
      guard old.arePossible else {
        throw CalibrationError(
          .notCalibrated(
            "a moving average begins with the statistics that are there, and these are not finite or a variance is negative; use another method"
          ), layer: path)
      }
      return MovingAverage(
        from: old, staying: try staying(),
        variance: trainingVariance.variance(of: layer, normalization, rank: rank))
    }
  }

  /// What stays of the moving statistics after a batch.
  func staying() throws(CalibrationError) -> Double {
    if let momentum = options.momentum { return options.convention.staying(momentum) }
    guard let own = normalization.momentum, (0...1).contains(own) else {
      throw CalibrationError(
        .notCalibrated("its momentum is not a number between 0 and 1; give another"), layer: path)
    }
    return own
  }

  /// The result, rounded to the element types of the file.
  ///
  /// - Throws: `CalibrationError` where there is none, or it does not fit.
  func result(at address: LayerAddress) throws(CalibrationError) -> CalibratedLayer {
    guard let found = estimate?.statistics else { throw CalibrationError(.notReached, layer: path) }
    let mean = try rounded(found.mean, .movingMean, "a mean")
    let variance = try rounded(found.variance, .movingVariance, "a variance")
    return CalibratedLayer(
      address: address, layer: path, epsilon: normalization.epsilon, old: old,
      new: ChannelStatistics(mean: mean, variance: variance), valueCount: valueCount)
  }

  private func rounded(
    _ values: [Double], _ role: Role, _ what: String
  ) throws(CalibrationError) -> [Double] {
    guard let type = layer.variable(role)?.elementType else {
      throw CalibrationError(.notReached, layer: path)
    }
    let rounded = values.map { type.rounded($0) }
    if let channel = rounded.firstIndex(where: { !$0.isFinite }) {
      throw CalibrationError(
        .doesNotFit("\(what) of \(values[channel]) in channel \(channel), which \(type) does not hold"),
        layer: path)
    }
    return rounded
  }
}
