import Bytes
import Elements
import Folding
import ModelGraph
import Testing

/// Property: whatever the shape, a folded layer computes what the pair computed.
@Suite struct RandomLayerTests {
  /// Each seed is one layer kind with random sizes; the failing seed is in the test's name and replays alone.
  @Test(arguments: 0..<400)
  func `A random layer and its batch normalization fold exactly`(seed: Int) throws {
    var random = RandomLayer(seed: UInt64(seed))
    let builder = random.build()
    try check(builder, batchNormalizations: random.batchNormalizations, seed: seed)
    let other = try builder.withChannelsFirstKernels()
    let distance = try Harness.difference(between: builder.model, other.model, seed: UInt64(seed))
    #expect(distance < 1e-15, "seed \(seed): the order of a kernel's axes changes results")
    try check(other, batchNormalizations: random.batchNormalizations, seed: seed)
  }

  private func check(_ builder: ModelBuilder, batchNormalizations: Int, seed: Int) throws {
    let plan = try Harness.plan(builder)
    #expect(Harness.refusals(plan).isEmpty, "seed \(seed)")
    #expect(plan.ledger.folded.count == batchNormalizations, "seed \(seed)")
    #expect(plan.graph.layers.count == builder.graph.layers.count - batchNormalizations, "seed \(seed)")
    #expect(try Harness.difference(builder, plan, seed: UInt64(seed)) < 1e-12, "seed \(seed)")
  }
}

/// A model of one random layer and one to three batch normalizations.
private struct RandomLayer {
  private var builder: ModelBuilder
  private(set) var batchNormalizations = 0

  init(seed: UInt64) { builder = ModelBuilder(seed: seed) }

  private mutating func random(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &builder.generator)
  }

  private mutating func flip() -> Bool { random(0...1) == 1 }

  mutating func build() -> ModelBuilder {
    let made = makeLayer()
    let isWrapped = random(0...4) == 0
    var place = builder.input(isWrapped ? [3] + made.inputShape : made.inputShape)
    let rank = made.outputRank + (isWrapped ? 1 : 0)
    var wrapped = made.layer
    if isWrapped {
      wrapped = Layer(name: "time", className: "TimeDistributed", operation: .timeDistributed)
      wrapped.wrapped = [made.layer]
    }
    place = builder.add(wrapped, inputs: [place])
    let outerAxis = isWrapped ? made.axis + 1 : made.axis
    for number in 0..<random(1...3) {
      if flip() { place = builder.add(.identity, ByteString("dropout\(number)"), place) }
      let written = flip() ? outerAxis : outerAxis - rank
      let centers = flip()
      let scales = flip()
      let normalization = builder.batchNormalization(
        ByteString("bn\(number)"), channels: made.channels, axis: written, centers: centers, scales: scales)
      place = builder.add(normalization, inputs: [place])
      batchNormalizations += 1
    }
    builder.graph.outputs = [builder.add(.activation(.tanh), "tanh", place)]
    return builder
  }

  /// A layer and what its batch normalization has to know.
  private struct Made {
    var layer: Layer
    /// Without the batch.
    var inputShape: Shape
    var channels: Int
    /// The axis of the channels in the output, from the front.
    var axis: Int
    var outputRank: Int
  }

  private mutating func makeLayer() -> Made {
    switch random(0...5) {
    case 0: return makeDense()
    case 1: return makeEinsum()
    default: return makeConvolution()
    }
  }

  private mutating func makeDense() -> Made {
    let shape = (0..<random(1...3)).map { _ in random(1...4) }
    let units = random(1...5)
    let usesBias = flip()
    let dense = Dense(units: units, usesBias: usesBias, activation: .linear)
    let bias: [(Role, Shape)] = usesBias ? [(.bias, [units])] : []
    let layer = builder.layer(.dense(dense), "layer", [(.kernel, [shape[shape.count - 1], units])] + bias)
    return Made(
      layer: layer, inputShape: shape, channels: units, axis: shape.count, outputRank: shape.count + 1)
  }

  private mutating func makeEinsum() -> Made {
    let (a, b, c, d) = (random(1...3), random(1...3), random(1...4), random(1...4))
    let variants: [(String, String, String, Int, Int)] = [
      ("nab", "bcd", "nacd", 2, c), ("nab", "bcd", "nacd", 3, d), ("nab", "bdc", "ncad", 1, c),
    ]
    let (input, kernel, output, axis, channels) = variants[random(0...2)]
    let sizes: [Character: Int] = ["a": a, "b": b, "c": c, "d": d]
    let biases: [String?] = [nil, "c", "d", "cd"]
    let bias = biases[random(0...3)]
    let labels = { (text: String) in Array(text.utf8) }
    let einsum = EinsumDense(
      inputLabels: labels(input), kernelLabels: labels(kernel), outputLabels: labels(output), ellipsis: .none,
      biasLabels: bias.map(labels), activation: .linear)
    var shapes: [(Role, Shape)] = [(.kernel, kernel.map { sizes[$0] ?? 1 })]
    if let bias, let first = output.firstIndex(where: { bias.contains($0) }) {
      shapes.append((.bias, output[first...].map { bias.contains($0) ? sizes[$0] ?? 1 : 1 }))
    }
    return Made(
      layer: builder.layer(.einsumDense(einsum), "layer", shapes), inputShape: [a, b], channels: channels,
      axis: axis, outputRank: output.count)
  }

  private mutating func makeConvolution() -> Made {
    let rank = random(1...3)
    let groups = random(1...2)
    let inputs = groups * random(1...3)
    let filters = groups * random(1...3)
    let multiplier = random(1...3)
    let kernel = (0..<rank).map { _ in random(1...3) }
    let format: DataFormat = flip() ? .channelsLast : .channelsFirst
    let usesBias = flip()
    let strided = flip()
    let kinds: [Convolution.Kind] = [
      .regular(groups: groups), .depthwise(multiplier: multiplier), .separable(multiplier: multiplier),
      .transposed(outputPadding: kernel.map { strided ? max(2 - $0, 0) : 0 }, groups: groups),
    ]
    let kind = kinds[random(0...3)]
    let ones = [Int](repeating: 1, count: rank)
    let channels: Int
    var shapes: [(Role, Shape)]
    switch kind {
    case .regular:
      (channels, shapes) = (filters, [(.kernel, kernel + [inputs / groups, filters])])
    case .depthwise:
      (channels, shapes) = (inputs * multiplier, [(.depthwiseKernel, kernel + [inputs, multiplier])])
    case .separable:
      channels = filters
      shapes = [
        (.depthwiseKernel, kernel + [inputs, multiplier]),
        (.pointwiseKernel, ones + [inputs * multiplier, filters]),
      ]
    case .transposed: (channels, shapes) = (filters, [(.kernel, kernel + [filters / groups, inputs])])
    }
    if usesBias { shapes.append((.bias, [channels])) }
    let operation = Operation.convolution(
      Convolution(
        kind: kind, kernelSize: kernel, strides: strided ? kernel.map { _ in 2 } : ones,
        dilation: strided ? ones : kernel.map { _ in random(1...2) },
        padding: flip() ? .same : .none(rank: rank),
        dataFormat: format, filters: channels, usesBias: usesBias, activation: .linear))
    let sizes = kernel.map { _ in random(5...7) }
    let layer = builder.layer(operation, "layer", shapes)
    let isLast = format == .channelsLast
    return Made(
      layer: layer, inputShape: isLast ? sizes + [inputs] : [inputs] + sizes, channels: channels,
      axis: isLast ? rank + 1 : 1, outputRank: rank + 2)
  }
}
