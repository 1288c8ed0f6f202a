import BatchNormFolding
import Calibration
import Fixtures
import ModelGraph
import Testing

/// What is not calibrated, and what is an error.
@Suite struct CalibrationRefusalTests {
  @Test(arguments: [
    ("bn_renorm", "renorm"), ("bn_training_false", "training=False"), ("nested_frozen", "training=False"),
    ("time_distributed_both", "TimeDistributed"),
  ])
  func `What training would not change, or not as bnfold does, is not calibrated`(name: String, words: String)
    throws
  {
    let file = try fixtureFile(name)
    let data = try randomBatches(for: file)
    let error = #expect(throws: (any Error).self) { try file.calibrate(on: data, options: exact()) }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("no batch normalization to calibrate"), "\(message)")
    if name != "nested_frozen" { #expect(message.contains(words), "\(message)") }
  }

  @Test func `A frozen layer is calibrated if it is named`() throws {
    let file = try fixtureFile("nested_frozen")
    let data = try randomBatches(for: file)
    let frozen = try #require(file.layers.first { $0.className == "BatchNormalization" }?.path)
    let report = try file.calibrate(on: data, options: exact { $0.layers = [LayerPattern(frozen)] })
    #expect(report.layers.map(\.layer) == [frozen])
  }

  @Test func `A layer that is named and cannot be calibrated is an error`() throws {
    let file = try fixtureFile("bn_renorm")
    let data = try randomBatches(for: file)
    let error = #expect(throws: (any Error).self) {
      try file.calibrate(on: data, options: exact { $0.layers = [LayerPattern("bn")] })
    }
    #expect(
      "\(error.map { "\($0)" } ?? "")".contains("bn cannot be calibrated: it uses batch renormalization"))
    #expect(throws: UnknownLayer.self) {
      try file.calibrate(on: data, options: exact { $0.layers = [LayerPattern("none*")] })
    }
    #expect(throws: UnknownLayer.self) {
      try fixtureFile("dense").calibrate(
        on: randomBatches(for: fixtureFile("dense")), options: exact { $0.watched = .named("none") })
    }
  }

  @Test(arguments: ["pooled", "population", "ema"], ["keras", "pytorch"])
  func `A batch of one value a channel`(methodName: String, conventionName: String) throws {
    let method = try #require(EstimationMethod(rawValue: methodName))
    let convention = try #require(MomentumConvention(rawValue: conventionName))
    let file = try fixtureFile("dense")
    let data = try randomBatches(for: file, samples: 5, BatchOptions(size: 4, shuffles: false))
    let options = exact(method) { $0.convention = convention }
    if method == .ema, convention == .fractionKept {
      // As Keras does it: the variance of one value is 0.
      _ = try file.calibrate(on: data, options: options)
      return
    }
    let error = #expect(throws: (any Error).self) { try file.calibrate(on: data, options: options) }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("one value a channel from a batch of 1 sample"), "\(message)")
    #expect(message.contains("--batch-size"), "\(message)")
    guard method == .pooled else { return }
    // One after the other, nothing is normalized by its own batch.
    let sequential = try file.calibrate(on: data, options: exact { $0.isSequential = true })
    #expect(sequential.layers.first?.valueCount == 5)
  }

  @Test func `What overflows before a batch normalization is an error`() throws {
    let file = try fixtureFile("conv2d_same_strided")
    let data = try randomBatches(for: file, scale: 1.6e38)
    let error = #expect(throws: (any Error).self) {
      try file.calibrate(on: data, options: CalibrationOptions())
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("is not finite in batch 1"))
  }

  @Test func `A statistic that its type does not hold is an error`() throws {
    let file = try fixtureFile("type_float16")
    let data = try randomBatches(for: file, scale: 3e3)
    let error = #expect(throws: (any Error).self) { try file.calibrate(on: data, options: exact()) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("which float16 does not hold"))
  }

  @Test func `Statistics of another model are refused`() throws {
    let file = try fixtureFile("dense")
    let places = [LayerAddress([99]), LayerAddress([]), LayerAddress([0]), LayerAddress([0, 0])]
    for place in places {
      let foreign = LayerStatistics(address: place, statistics: ChannelStatistics(mean: [0], variance: [1]))
      #expect(throws: RunError.self) { try file.withStatistics([foreign]) }
    }
    let report = try file.calibrate(on: randomBatches(for: file), options: exact())
    let own = try #require(report.statistics.first)
    let channels = own.statistics.channels
    for variance in [-1, Double.nan] {
      let wrong = ChannelStatistics(
        mean: own.statistics.mean, variance: .init(repeating: variance, count: channels))
      #expect(throws: RunError.self) {
        try file.withStatistics([LayerStatistics(address: own.address, statistics: wrong)])
      }
    }
  }
}
