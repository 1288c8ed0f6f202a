import Bytes
import Elements
import Folding
import ModelGraph

/// A random model over all kinds of layers that a map can move through, into or out of.
///
/// A seed gives the same model on every machine.
struct RandomGraph {
  var builder: ModelBuilder
  private(set) var batchNormalizations = 0
  var places: [Place] = []
  var names = 0
  /// Whether there are convolutions beside batch normalizations, in sums.
  private(set) var hasBranches: Bool
  /// How many models are around what is being built.
  var depth = 0

  /// A tensor that later layers may read.
  struct Place {
    var reference: TensorReference
    /// Without the batch.
    var shape: Shape
    var isRead = false
  }

  /// - Parameters:
  ///   - elementType: of the weights; float64, so that only a wrong formula shows.
  ///   - hasBranches: whether there are convolutions beside batch normalizations, in sums.
  init(seed: UInt64, elementType: ElementType = .float64, hasBranches: Bool = false) {
    self.hasBranches = hasBranches
    builder = ModelBuilder(seed: seed)
    builder.elementType = elementType
    let shape =
      random(0...3) == 0 ? [random(2...5), random(2...4)] : [random(5...8), random(5...8), random(2...4)]
    if random(0...9) == 0 {
      embed()
    } else {
      places.append(Place(reference: builder.input(shape), shape: shape))
    }
    for _ in 0..<random(4...16) { grow() }
    builder.graph.outputs = places.filter { !$0.isRead }.map(\.reference)
  }

  // MARK: - Choices

  mutating func random(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &builder.generator)
  }

  mutating func flip() -> Bool { random(0...1) == 1 }

  mutating func name(_ kind: String) -> ByteString {
    names += 1
    return ByteString("\(kind)\(names)")
  }

  /// Mostly the newest tensor, so that chains get long; sometimes an older one, which then has several readers.
  mutating func choose() -> Int {
    flip() || flip() ? places.count - 1 : random(0...(places.count - 1))
  }

  mutating func grow() {
    let index = choose()
    let kind = random(0...9)
    if depth < 2, random(0...11) == 0 { return nest(index) }
    if kind < 3 {
      normalize(index)
    } else if kind < 5 {
      linear(index)
    } else if kind == 5 {
      merge(index)
    } else if kind == 6 {
      nonlinear(index)
    } else if places[index].shape.count == 3 {
      spatial(index)
    } else {
      reshape(index)
    }
  }

  mutating func add(_ layer: Layer, _ inputs: [Int], shape: Shape) {
    for input in inputs { places[input].isRead = true }
    let reference = builder.add(layer, inputs: inputs.map { places[$0].reference })
    places.append(Place(reference: reference, shape: shape))
  }

  mutating func add(_ operation: Operation, _ kind: String, _ input: Int, shape: Shape? = nil) {
    add(
      Layer(name: name(kind), className: ByteString(kind), operation: operation), [input],
      shape: shape ?? places[input].shape)
  }

  /// A model inside the model, called once or twice, with one output.
  mutating func nest(_ index: Int) {
    let (outer, outerPlaces) = (builder.graph, places)
    let shape = places[index].shape
    builder.graph = Graph(name: name("model"), isSequential: false)
    let inputName = name("inner")
    let input = builder.add(
      Layer(
        name: inputName, className: "InputLayer",
        operation: .input(shape: [nil] + shape.map { $0 }, elementType: "float32")), inputs: [])
    builder.graph.inputs = [input]
    places = [Place(reference: input, shape: shape)]
    depth += 1
    for _ in 0..<random(1...5) { grow() }
    depth -= 1
    let result = places[places.count - 1]
    builder.graph.outputs = [result.reference]
    var layer = Layer(name: builder.graph.name, className: "Functional", operation: .model)
    layer.body = builder.graph
    (builder.graph, places) = (outer, outerPlaces)
    guard result.reference != input else { return }
    add(layer, [index], shape: result.shape)
    guard random(0...4) == 0, let last = builder.graph.layers.indices.last else { return }
    let reference = builder.call(last, inputs: [places[index].reference])
    places.append(Place(reference: reference, shape: result.shape))
  }

  // MARK: - Layers

  mutating func embed() {
    let embedding = Embedding(vocabularySize: 2, dimension: random(1...4))
    let layer = builder.layer(
      .embedding(embedding), name("embedding"), [(.embeddings, [2, embedding.dimension])])
    let length = random(2...4)
    let reference = builder.add(layer, inputs: [builder.input([length], elementType: "int32")])
    places.append(Place(reference: reference, shape: [length, embedding.dimension]))
  }

  mutating func normalize(_ index: Int) {
    let shape = places[index].shape
    let isLast = random(0...5) > 0
    let axis = isLast ? shape.count : random(1...shape.count)
    let channels = shape[axis - 1]
    let bn = name("bn")
    let layer = builder.batchNormalization(
      bn, channels: channels, axis: flip() ? axis : axis - shape.count - 1, centers: flip() || flip(),
      scales: flip() || flip())
    batchNormalizations += 1
    add(layer, [index], shape: shape)
    switch random(0...4) {
    case 0, 1: makeScale(bn, channels)
    case 2: makeRegular(bn, channels)
    default: break
    }
  }

  /// A positive scale without a shift, which passes what is not linear.
  mutating func makeScale(_ bn: ByteString, _ channels: Int) {
    let zeros = [Double](repeating: 0, count: channels)
    builder.set(.movingMean, of: bn, to: zeros)
    builder.set(.beta, of: bn, to: zeros)
    builder.set(.gamma, of: bn, to: zeros.map { _ in abs(builder.generator.nextSigned()) + 0.1 })
  }

  /// A scale that is nowhere zero, so that it has an inverse.
  mutating func makeRegular(_ bn: ByteString, _ channels: Int) {
    let values = (0..<channels).map { _ in
      (abs(builder.generator.nextSigned()) + 0.2) * (builder.generator.nextSigned() < 0 ? -1 : 1)
    }
    builder.set(.gamma, of: bn, to: values)
  }

  mutating func linear(_ index: Int) {
    let shape = places[index].shape
    let units = random(1...4)
    let activation: Activation =
      random(0...3) == 0
      ? (flip() ? .relu(RectifiedLinear(negativeSlope: flip() ? 0 : 0.3)) : .tanh) : .linear
    if shape.count == 3, random(0...3) > 0 { return convolve(index, activation) }
    if shape.count == 2, flip() { return flip() ? wrapDense(index, units) : multiply(index, units) }
    let usesBias = flip()
    let dense = Dense(units: units, usesBias: usesBias, activation: activation)
    let inputs = shape[shape.count - 1]
    let weights: [(Role, Shape)] = [(.kernel, [inputs, units])] + (usesBias ? [(.bias, [units])] : [])
    let label = name("dense")
    add(builder.layer(.dense(dense), label, weights), [index], shape: shape.dropLast() + [units])
  }

  mutating func multiply(_ index: Int, _ units: Int) {
    let shape = places[index].shape
    let bias: String? = flip() ? nil : flip() ? "c" : "ac"
    let einsum = EinsumDense(
      inputLabels: Array("nab".utf8), kernelLabels: Array("bc".utf8), outputLabels: Array("nac".utf8),
      ellipsis: .none, biasLabels: bias.map { Array($0.utf8) }, activation: .linear)
    let biasShape = bias.map { $0 == "c" ? [units] : [shape[0], units] }
    let weights: [(Role, Shape)] = [(.kernel, [shape[1], units])] + (biasShape.map { [(.bias, $0)] } ?? [])
    add(builder.layer(.einsumDense(einsum), name("einsum"), weights), [index], shape: [shape[0], units])
  }

  mutating func wrapDense(_ index: Int, _ units: Int) {
    let shape = places[index].shape
    let dense = Dense(units: units, usesBias: true, activation: .linear)
    let inner = builder.layer(
      .dense(dense), name("inner"), [(.kernel, [shape[1], units]), (.bias, [units])])
    var layer = Layer(name: name("time"), className: "TimeDistributed", operation: .timeDistributed)
    layer.wrapped = [inner]
    add(layer, [index], shape: [shape[0], units])
  }

  mutating func convolve(_ index: Int, _ activation: Activation) {
    let shape = places[index].shape
    let channels = shape[2]
    let padding: Padding = flip() ? .same : .none(rank: 2)
    let limit = min(shape[0], shape[1], 3)
    let kernel = [random(1...limit), random(1...limit)]
    let strides = [random(1...2), random(1...2)]
    let usesBias = flip()
    var filters: Int? = random(1...4)
    let kind: Convolution.Kind
    var weights: [(Role, Shape)]
    switch random(0...5) {
    case 0:
      let multiplier = random(1...2)
      (kind, filters) = (.depthwise(multiplier: multiplier), nil)
      weights = [(.depthwiseKernel, kernel + [channels, multiplier])]
    case 1:
      let multiplier = random(1...2)
      kind = .separable(multiplier: multiplier)
      weights = [
        (.depthwiseKernel, kernel + [channels, multiplier]),
        (.pointwiseKernel, [1, 1, channels * multiplier, filters ?? 1]),
      ]
    case 2:
      kind = .transposed(outputPadding: (0..<2).map { max(strides[$0] - kernel[$0], 0) })
      weights = [(.kernel, kernel + [filters ?? 1, channels])]
    case 3 where channels % 2 == 0:
      filters = 2 * random(1...2)
      kind = .regular(groups: 2)
      weights = [(.kernel, kernel + [channels / 2, filters ?? 1])]
    default:
      kind = .regular(groups: 1)
      weights = [(.kernel, kernel + [channels, filters ?? 1])]
    }
    let convolution = Convolution(
      kind: kind, kernelSize: kernel, strides: strides, dilation: [1, 1], padding: padding,
      dataFormat: .channelsLast, filters: filters, usesBias: usesBias, activation: activation)
    let outputs = filters ?? channels * convolution.multiplier
    if usesBias { weights.append((.bias, [outputs])) }
    let sizes = (0..<2).compactMap { convolution.spatialSize(axis: $0, input: shape[$0]) }
    guard sizes.count == 2, sizes.allSatisfy({ (1...12).contains($0) }) else { return }
    let layer = builder.layer(.convolution(convolution), name("conv"), weights)
    add(layer, [index], shape: sizes + [outputs])
    // Now and then the same weights a second time.
    if random(0...7) == 0, strides == [1, 1], let last = builder.graph.layers.indices.last {
      let other = places.indices.filter { places[$0].shape == shape }.randomElement(using: &builder.generator)
      guard let other else { return }
      places[other].isRead = true
      let reference = builder.call(last, inputs: [places[other].reference])
      places.append(Place(reference: reference, shape: sizes + [outputs]))
    }
  }
}
