import ModelGraph
import Tensor

/// Follows all estimates of one layer, of some of its channels, at some of the batches: its memory is bounded.
struct TraceRecorder {
  private static let mostChannels = 64
  private static let mostPoints = 240

  private let path: ByteString
  private let channels: [Int]
  private let interval: Int
  private var estimates: [(ConvergenceTrace.Estimate, any StatisticsEstimate)]
  private var all = PooledStatistics()
  private var seen = 0
  private var valuesOfABatch = 0
  /// After how many batches, and what each estimate was then.
  private var points: [(batch: Int, statistics: [ChannelStatistics])] = []

  /// - Parameters:
  ///   - path: of the layer.
  ///   - start: its moving statistics.
  ///   - staying: what of them stays after a batch.
  ///   - batches: how many updates there will be.
  init(path: ByteString, start: ChannelStatistics, staying: Double, batches: Int) {
    self.path = path
    let stride = max(1, (start.channels + Self.mostChannels - 1) / Self.mostChannels)
    channels = Array(Swift.stride(from: 0, to: start.channels, by: stride))
    interval = max(1, (batches + Self.mostPoints - 1) / Self.mostPoints)
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
    all.update(with: batch)
    seen += 1
    valuesOfABatch = max(valuesOfABatch, batch.count)
    guard seen % interval == 0 || seen == 1 else { return }
    points.append((seen, estimates.compactMap { $0.1.statistics }))
  }

  /// The curves; nil if nothing was seen.
  var trace: ConvergenceTrace? {
    guard let truth = all.statistics, !points.isEmpty else { return nil }
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
      layer: path, valuesOfABatch: valuesOfABatch, batches: points.map(\.batch), curves: curves)
  }
}

extension ChannelStatistics {
  fileprivate func picking(_ channels: [Int]) -> ChannelStatistics {
    ChannelStatistics(mean: channels.map { mean[$0] }, variance: channels.map { variance[$0] })
  }
}
