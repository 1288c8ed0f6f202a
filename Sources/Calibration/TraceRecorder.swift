import Bytes
import ModelGraph

/// Follows all estimates of one layer, of some of its channels, at some of the batches: its memory is bounded.
struct TraceRecorder {
  private static let mostChannels = 64
  private static let mostPoints = 400

  private let path: ByteString
  private let channels: [Int]
  /// Updates from one point to the next; doubled whenever there are too many points.
  private var interval = 1
  private var estimates: [(ConvergenceTrace.Estimate, any StatisticsEstimate)]
  private var seen = 0
  private var valuesOfABatch = 0
  /// After how many updates, and what each estimate was then.
  private var points: [(update: Int, statistics: [ChannelStatistics])] = []

  /// - Parameters:
  ///   - path: of the layer.
  ///   - start: its moving statistics.
  ///   - staying: what of them stays after a batch.
  init(path: ByteString, start: ChannelStatistics, staying: Double) {
    self.path = path
    let stride = max(1, (start.channels + Self.mostChannels - 1) / Self.mostChannels)
    channels = Array(Swift.stride(from: 0, to: start.channels, by: stride))
    let first = start.picking(channels)
    estimates = [
      (.biasedMovingAverage, MovingAverage(from: first, staying: staying, variance: .biased)),
      (.unbiasedMovingAverage, MovingAverage(from: first, staying: staying, variance: .unbiased)),
      (.population, PopulationStatistics()), (.pooled, PooledStatistics()),
    ]
  }

  /// Batches with one value a channel have no unbiased variance, and are left out.
  mutating func note(_ batch: BatchStatistics) {
    let batch = batch.picking(channels)
    guard batch.count > 1 else { return }
    for index in estimates.indices { try? estimates[index].1.update(with: batch) }
    seen += 1
    valuesOfABatch = max(valuesOfABatch, batch.count)
    guard seen % interval == 0 || seen == 1 else { return }
    points.append((seen, estimates.compactMap { $0.1.statistics }))
    guard points.count > Self.mostPoints else { return }
    interval *= 2
    points.removeAll { $0.update > 1 && $0.update % interval != 0 }
  }

  /// The curves; nil if nothing was seen.
  var trace: ConvergenceTrace? {
    guard let truth = estimates.first(where: { $0.0 == .pooled })?.1.statistics else { return nil }
    let usable = truth.variance.indices.filter { truth.variance[$0] > 0 }
    guard !usable.isEmpty else { return nil }
    let curves = estimates.indices.map { index in
      ConvergenceTrace.Curve(
        estimate: estimates[index].0,
        varianceRatio: points.map { point in
          median(usable.map { point.statistics[index].variance[$0] / truth.variance[$0] })
        },
        meanError: points.map { point in
          median(
            usable.map {
              abs(point.statistics[index].mean[$0] - truth.mean[$0]) / truth.variance[$0].squareRoot()
            })
        })
    }
    return ConvergenceTrace(
      layer: path, valuesOfABatch: valuesOfABatch, updates: points.map(\.update), curves: curves)
  }
}

extension ChannelStatistics {
  fileprivate func picking(_ channels: [Int]) -> ChannelStatistics {
    ChannelStatistics(mean: channels.map { mean[$0] }, variance: channels.map { variance[$0] })
  }
}
