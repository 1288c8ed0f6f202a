import ArrayFiles
import Arrays
import BatchNormFolding
import Bytes
import Calibration
import Fixtures
import Inference
import ModelFormats
import ModelGraph
import Testing

/// What is computed for whole models.
@Suite struct ModelCalibrationTests {
  @Test(arguments: ["pattern_resnet_block", "nested_deep", "pattern_shared_bn", "conv3d"])
  func `Batch normalizations that are calibrated by all data normalize them`(name: String) throws {
    let file = try fixtureFile(name)
    let data = try randomBatches(for: file, BatchOptions(size: 24))
    let calibrated = try file.withStatistics(file.calibrate(on: data, options: exact()).statistics)
    // With one batch, what training normalizes by is what was found: a second time changes nothing.
    let again = try calibrated.calibrate(on: data, options: exact())
    for layer in again.layers {
      let (shift, ratio) = (layer.meanShift.largest, layer.varianceRatio.largest)
      // Both are rounded to float32, as the file has them.
      #expect(shift < 1e-6 && abs(ratio - 1) < 1e-6, "\(layer.layer)")
    }
    #expect(!again.layers.isEmpty)
  }

  @Test func `One after the other, each sees the earlier ones as at inference`() throws {
    let file = try fixtureFile("pattern_resnet_block")
    let data = try randomBatches(for: file, BatchOptions(size: 8))
    let report = try file.calibrate(on: data, options: exact { $0.isSequential = true })
    #expect(report.passes == 2)
    let model = try file.withStatistics(report.statistics).model
    // The statistics of what inference computes are those that were found.
    var seen: [ByteString: PooledStatistics] = [:]
    for index in 0..<data.count {
      let training = TrainingMode<Double> { call in
        let (address, normalization, input) = (call.address, call.normalization, call.input)
        let axis = try #require(normalization.axis(rank: input.rank))
        seen[model.graph.path(of: address), default: PooledStatistics()].update(
          with: BatchStatistics(of: input, axis: axis))
        return nil
      }
      _ = try GraphEvaluator<Double>(weights: model.weights).evaluate(
        model.graph, inputs: data.doubles(ofBatch: index), training: training)
    }
    for layer in report.layers {
      let expected = try #require(seen[layer.layer]?.statistics)
      for channel in expected.mean.indices {
        let size = (expected.variance[channel] + layer.epsilon).squareRoot()
        #expect(abs(layer.new.mean[channel] - expected.mean[channel]) < 1e-6 * size)
        #expect(abs(layer.new.variance[channel] - expected.variance[channel]) < 1e-6 * size * size)
      }
    }
  }

  @Test func `A shared layer sees all of its calls`() throws {
    let file = try fixtureFile("pattern_shared_bn")
    let data = try randomBatches(for: file, samples: 6, BatchOptions(size: 6))
    let report = try file.calibrate(on: data, options: exact())
    let layer = try #require(report.layers.first)
    let calls = file.model.graph.calls.filter { file.model.graph.layers[$0.layer].name == layer.layer }
    #expect(calls.count == 2)
    #expect(layer.valueCount % (6 * calls.count) == 0)
  }

  @Test func `The same seed gives the same bits, another one other batches`() throws {
    let file = try fixtureFile("pattern_densenet_block")
    func found(_ seed: UInt64) throws -> [LayerStatistics] {
      let data = try randomBatches(for: file, BatchOptions(size: 5, limit: 3, seed: seed))
      #expect(data.count == 3 && data.sampleCount == 15)
      return try file.calibrate(on: data, options: CalibrationOptions(method: .population)).statistics
    }
    #expect(try found(3) == found(3))
    #expect(try found(3) != found(4))
  }

  @Test(arguments: [1, 2, 3, 24, 31, 1000])
  func `A random order has every sample once`(count: Int) throws {
    let file = try fixtureFile("dense")
    let layer = try #require(file.model.graph.layers.first)
    guard case .input(let shape?, _) = layer.operation, let width = shape.last ?? nil else { return }
    let values = (0..<count).flatMap { [Double](repeating: Double($0), count: width) }
    let directory = TemporaryDirectory()
    try ArrayFile.write(
      [
        NamedArray(
          name: "", elementType: .float64, shape: [count, width], content: .values(values, .float64))
      ], to: directory.file("data.npy"))
    let given = GivenArrays(input: nil, file: try ArrayFile(opening: directory.file("data.npy")))
    let samples = try SampleFiles(of: file, in: [[given]])
    for seed in 0..<5 as Range<UInt64> {
      let batches = FileBatches(of: samples, BatchOptions(size: 7, seed: seed))
      let found = try (0..<batches.count).flatMap { index -> [Double] in
        let batch = try #require(batches.doubles(ofBatch: index).first)
        return stride(from: 0, to: batch.values.count, by: width).map { batch.values[$0] }
      }
      #expect(found.sorted() == (0..<count).map(Double.init), "seed \(seed)")
      if count > 20 { #expect(found != found.sorted(), "seed \(seed)") }
    }
  }

  @Test func `Without shuffling, the batches are those of the file`() throws {
    let file = try fixtureFile("dense")
    let ordered = try randomBatches(for: file, BatchOptions(size: 7, shuffles: false))
    let all = try randomBatches(for: file, BatchOptions(size: 24, shuffles: false))
    let joined = try (0..<ordered.count).flatMap { try ordered.doubles(ofBatch: $0)[0].values }
    #expect(ordered.count == 4 && ordered.sampleCount(ofBatch: 3) == 3)
    #expect(try joined == all.doubles(ofBatch: 0)[0].values)
  }

  @Test
  func `Keras 2 takes the unbiased variance where TensorFlow fuses, Keras 3 nowhere, PyTorch everywhere`()
    throws
  {
    for (name, isFused) in [("conv2d_same_strided", true), ("conv1d", false), ("dense", false)] {
      func variances(_ generation: String, _ convention: MomentumConvention) throws -> (Double, Int) {
        let file = try fixtureFile(name, generation)
        let options = exact(.ema) {
          $0.convention = convention
          $0.momentum = convention.staying(0)
        }
        let data = try randomBatches(for: file, samples: 4, BatchOptions(size: 4))
        let report = try file.calibrate(on: data, options: options)
        let layer = try #require(report.layers.first)
        return (layer.new.variance[0], layer.valueCount)
      }
      let biased = try variances("keras3", .fractionKept)
      let m = Double(biased.1)
      let unbiased = biased.0 * m / (m - 1)
      #expect(abs(try variances("keras3", .fractionReplaced).0 / unbiased - 1) < 1e-6)
      // The fixtures of both generations have the same weights only up to their names: compare within one.
      let (keras, pytorch) = (
        try variances("keras2", .fractionKept).0, try variances("keras2", .fractionReplaced).0
      )
      #expect(abs(keras / pytorch - (isFused ? 1 : (m - 1) / m)) < 1e-6, "\(name)")
    }
  }

  @Test func `What is not calibrated keeps its statistics`() throws {
    let file = try fixtureFile("pattern_mobilenet_block")
    let data = try randomBatches(for: file)
    let one = try file.calibrate(on: data, options: exact { $0.layers = [LayerPattern("*expand*")] })
    #expect(one.layers.count + one.kept.count == 3)
    #expect(one.layers.count == 1)
    let changed = try file.withStatistics(one.statistics).model.graph
    for layer in file.model.graph.layers where layer.name != one.layers[0].layer {
      let new = try #require(changed.layers.first { $0.name == layer.name })
      #expect(
        new.variable(.movingMean).map { "\($0.value)" } == layer.variable(.movingMean).map { "\($0.value)" })
    }
  }

  @Test func `The estimates of a layer can be watched`() throws {
    let file = try fixtureFile("pattern_resnet_block")
    let report = try file.calibrate(
      on: randomBatches(for: file, samples: 64, BatchOptions(size: 4)), options: exact { $0.watched = .first }
    )
    let trace = try #require(report.trace)
    #expect(trace.updates == Array(1...16))
    #expect(trace.curves.count == ConvergenceTrace.Estimate.allCases.count)
    let pooled = try #require(trace.curves.first { $0.estimate == .pooled })
    #expect(pooled.varianceRatio.last == 1 && pooled.meanError.last == 0)
    #expect(trace.curves.allSatisfy { $0.varianceRatio.count == 16 && $0.meanError.count == 16 })
  }

  @Test func `The library writes a calibrated model, folded or not`() throws {
    let file = try fixtureFile("nested_deep")
    let found = try file.calibrate(on: randomBatches(for: file), options: exact(.population))
    let calibrated = try file.withStatistics(found.statistics)
    let directory = TemporaryDirectory()
    #expect(try calibrated.unfolded().write(to: directory.file("plain.h5"))?.passed == true)
    #expect(try calibrated.fold().write(to: directory.file("folded.h5"))?.passed == true)
    let written = try ModelFile(opening: directory.file("plain.h5")).model
    for layer in found.layers {
      let own = written.graph[layer.address]
      #expect(try own.variable(.movingMean)?.elements(from: written.weights) == layer.new.mean)
      #expect(try own.variable(.movingVariance)?.elements(from: written.weights) == layer.new.variance)
    }
    let weights = Fixtures.fixture("keras3", "pattern_resnet_block", ".weights.h5")
    let separate = try ModelFile(opening: weights.path, architecture: weights.architecture)
    let own = try separate.calibrate(on: randomBatches(for: separate), options: exact())
    try separate.withStatistics(own.statistics).unfolded().write(to: directory.file("plain.weights.h5"))
    #expect(throws: ModelFileError.self) {
      try separate.fold().write(to: directory.file("folded.weights.h5"))
    }
    let folded = try ModelFile(opening: directory.file("folded.h5"))
    #expect(try calibrated.verify(folded).passed)
    #expect(try !file.verify(folded).passed)
  }
}
