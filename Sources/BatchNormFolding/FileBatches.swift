import Calibration
import Inference

/// How samples become batches.
public struct BatchOptions: Sendable, Equatable, Codable {
  /// Samples in a batch; the last one has what is left.
  public var size: Int
  /// How many batches at most; nil for all data.
  public var limit: Int?
  /// Whether samples are drawn in random order.
  public var shuffles: Bool
  /// Of the random order: the same seed gives the same batches.
  public var seed: UInt64

  public init(size: Int = 32, limit: Int? = nil, shuffles: Bool = true, seed: UInt64 = 0) {
    self.size = size
    self.limit = limit
    self.shuffles = shuffles
    self.seed = seed
  }
}

/// Samples of files in batches.
public struct FileBatches: SampleBatches {
  private let samples: SampleFiles
  private let order: SampleOrder
  /// Samples in a batch, no more than there are.
  private let size: Int
  /// How many samples all batches have.
  public let sampleCount: Int

  /// - Precondition: the size and the limit are positive.
  public init(of samples: SampleFiles, _ options: BatchOptions = BatchOptions()) {
    precondition(options.size > 0 && options.limit ?? 1 > 0)
    self.samples = samples
    size = min(options.size, samples.count)
    order = SampleOrder(count: samples.count, seed: options.shuffles ? options.seed : nil)
    let (most, overflow) = (options.limit ?? .max).multipliedReportingOverflow(by: options.size)
    sampleCount = overflow ? samples.count : min(most, samples.count)
  }

  public var count: Int { sampleCount / size + (sampleCount % size == 0 ? 0 : 1) }

  public func sampleCount(ofBatch index: Int) -> Int { places(ofBatch: index).count }

  /// How many samples the first batches have.
  public func sampleCount(ofFirst batches: Int) -> Int { min(batches * size, sampleCount) }

  private func places(ofBatch index: Int) -> Range<Int> {
    sampleCount(ofFirst: index)..<sampleCount(ofFirst: index + 1)
  }

  public func floats(ofBatch index: Int) throws -> [DenseArray<Float>] {
    try samples.arrays(of: places(ofBatch: index).map { order[$0] })
  }

  public func doubles(ofBatch index: Int) throws -> [DenseArray<Double>] {
    try samples.arrays(of: places(ofBatch: index).map { order[$0] })
  }
}
