import BatchNormFolding
import Bytes
import Calibration
import Elements
import Fixtures
import Inference
import ModelGraph
import Testing

/// Calls that fix whether they train, and layers that are not run, on a convolution with two batch normalizations behind it.
@Suite struct CallTests {
  /// Two batches in memory.
  private struct Batches: SampleBatches {
    let shape: Shape
    var count: Int { 2 }
    func sampleCount(ofBatch index: Int) -> Int { shape[0] }

    func doubles(ofBatch index: Int) -> [DenseArray<Double>] {
      var random = SeededGenerator(seed: UInt64(index))
      return [DenseArray(shape: shape, values: (0..<shape.elementCount).map { _ in random.nextSigned() })]
    }

    func floats(ofBatch index: Int) -> [DenseArray<Float>] {
      doubles(ofBatch: index).map { DenseArray(shape: $0.shape, values: $0.values.map { Float($0) }) }
    }
  }

  private let batches = Batches(shape: [5, 6, 6, 3])

  /// The model, with `bn_1` in front of `bn_2`.
  private func model(_ change: (inout Graph, _ first: Int, _ second: Int) -> Void) throws -> Model {
    var model = try ModelFile(opening: Fixtures.fixture("keras3", "pattern_conv_bn_bn").path).model
    let places = model.graph.layers.indices.filter {
      if case .batchNormalization = model.graph.layers[$0].operation { true } else { false }
    }
    try #require(places.count == 2)
    change(&model.graph, places[0], places[1])
    return model
  }

  private func calibrate(
    _ model: Model, _ change: (inout CalibrationOptions) -> Void = { _ in }
  ) throws -> CalibrationReport {
    var options = CalibrationOptions(elementType: .float64)
    change(&options)
    return try StatisticsEstimation(of: model, options: options, trainingVariance: .biased).run(
      on: batches, sharing: .none)
  }

  /// Statistics of what inference gives for a layer.
  private func inferred(_ model: Model, _ layer: ByteString) throws -> ChannelStatistics {
    var all = PooledStatistics()
    for index in 0..<batches.count {
      let observer = LayerObserver<Double> { name, result in
        if name == layer { all.update(with: BatchStatistics(of: result.numbers, axis: result.rank - 1)) }
      }
      _ = try GraphEvaluator<Double>(weights: model.weights).evaluate(
        model.graph, inputs: batches.doubles(ofBatch: index), observer: observer)
    }
    return try #require(all.statistics)
  }

  private func expectEqual(_ found: CalibratedLayer, _ expected: ChannelStatistics) {
    for channel in expected.mean.indices {
      let size = expected.variance[channel] + 1e-3
      #expect(abs(found.new.mean[channel] - expected.mean[channel]) < 1e-6 * size.squareRoot())
      #expect(abs(found.new.variance[channel] - expected.variance[channel]) < 1e-6 * size)
    }
  }

  private func set(_ training: Bool, _ layer: Int, in graph: inout Graph) {
    for index in graph.calls.indices where graph.calls[index].layer == layer {
      graph.calls[index].training = training
    }
  }

  @Test func `What stands behind a call with training=False is asked, too`() throws {
    let model = try model { graph, first, _ in set(false, first, in: &graph) }
    let first = model.graph.layers.first { $0.name == "bn_1" }?.name ?? ""
    let report = try calibrate(model)
    #expect(
      report.kept.map(\.reason) == ["it is called with training=False; name it to calibrate it"]
    )
    let layer = try #require(report.layers.first)
    #expect(report.layers.count == 1)
    #expect(layer.layer != report.kept[0].layer && report.kept[0].layer == first)
    expectEqual(layer, try inferred(model, first))
  }

  @Test func `A call with training=False is calibrated if it is named`() throws {
    let model = try model { graph, first, _ in set(false, first, in: &graph) }
    let report = try calibrate(model) { $0.layers = [LayerPattern("*")] }
    #expect(report.layers.count == 2 && report.kept.isEmpty)
    #expect(report.layers[0].new != report.layers[0].old)
  }

  @Test(arguments: [false, true])
  func `A call with training=True always normalizes by the batch`(isSequential: Bool) throws {
    let model = try model { graph, first, _ in set(true, first, in: &graph) }
    let plain = try calibrate(try self.model { _, _, _ in })
    let report = try calibrate(model) { $0.isSequential = isSequential }
    // In one pass, so does the other model; in two, only this one.
    #expect(report.layers.map(\.new) == plain.layers.map(\.new))
    let second = try calibrate(model) { $0.layers = [LayerPattern("bn_2")] }
    #expect(second.layers.map(\.new) == [plain.layers[1].new])
  }

  @Test func `A frozen layer uses its moving statistics even with training=True`() throws {
    let model = try model { graph, first, _ in
      set(true, first, in: &graph)
      graph.layers[first].trainable = false
    }
    let report = try calibrate(model)
    #expect(
      report.kept.map(\.reason) == ["it is frozen (trainable=False); name it to calibrate it"])
    let untouched = try self.model { _, _, _ in }
    expectEqual(try #require(report.layers.first), try inferred(untouched, report.kept[0].layer))
  }

  @Test func `What is behind a layer that is not run stays`() throws {
    let model = try model { graph, first, _ in graph.layers[first].operation = .opaque("for the test") }
    let error = #expect(throws: CalibrationError.self) { try calibrate(model) }
    #expect(error?.description.contains("after bn_1, which bnfold does not run") == true)
  }

  @Test(arguments: [-1, Double.nan])
  func `A moving average does not begin with statistics that are none`(variance: Double) throws {
    let model = try model { graph, first, _ in
      let channels = graph.layers[first].variable(.movingMean)?.shape.elementCount ?? 0
      graph.layers[first].set(
        ChannelStatistics(
          mean: .init(repeating: 0, count: channels), variance: .init(repeating: variance, count: channels)))
    }
    let error = #expect(throws: CalibrationError.self) { try calibrate(model) { $0.method = .ema } }
    #expect(error?.description.contains("use another method") == true)
    let report = try calibrate(model)
    #expect(report.layers.map(\.wasUsable) == [false, true])
  }

  @Test func `A momentum that is none matters for moving averages only`() throws {
    let model = try model { graph, first, _ in
      guard case .batchNormalization(var normalization) = graph.layers[first].operation else { return }
      normalization.momentum = nil
      graph.layers[first].operation = .batchNormalization(normalization)
    }
    let error = #expect(throws: CalibrationError.self) { try calibrate(model) { $0.method = .ema } }
    #expect(error?.description.contains("give another") == true)
    #expect(try calibrate(model) { $0.watched = .first }.trace != nil)
    #expect(
      try calibrate(model) {
        $0.method = .ema
        $0.momentum = 0.5
      }.layers.count == 2)
  }
}
