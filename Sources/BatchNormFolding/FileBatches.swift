import Calibration
import Inference
import Tensor

/// How samples become batches.
public struct BatchOptions: Sendable, Equatable {
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
  /// The samples in the order in which they are used.
  private let order: [Int]
  private let size: Int

  /// - Precondition: the size and the limit are positive.
  public init(of samples: SampleFiles, _ options: BatchOptions = BatchOptions()) {
    precondition(options.size > 0 && options.limit ?? 1 > 0)
    self.samples = samples
    size = options.size
    var order = Array(0..<samples.count)
    if options.shuffles {
      var generator = SeededGenerator(seed: options.seed)
      order.shuffle(using: &generator)
    }
    let (most, overflow) = (options.limit ?? .max).multipliedReportingOverflow(by: size)
    self.order = overflow ? order : Array(order.prefix(most))
  }

  public var count: Int { (order.count + size - 1) / size }

  /// How many samples all batches have.
  public var sampleCount: Int { order.count }

  public func sampleCount(ofBatch index: Int) -> Int { range(ofBatch: index).count }

  private func range(ofBatch index: Int) -> Range<Int> { index * size..<min(order.count, (index + 1) * size) }

  public func floats(ofBatch index: Int) throws -> [DenseArray<Float>] {
    try samples.arrays(of: Array(order[range(ofBatch: index)]))
  }

  public func doubles(ofBatch index: Int) throws -> [DenseArray<Double>] {
    try samples.arrays(of: Array(order[range(ofBatch: index)]))
  }
}
