import Bytes
import Elements
import ModelGraph

/// Builds a model as a chain of steps, with a few branches; each step gives the builder back, so that a chain reads as the
/// model does.
final class RewriteBuilder {
  private(set) var model = ModelBuilder(seed: 3)
  /// Batch normalizations that are there to stay.
  private(set) var kept = 0
  private var place: TensorReference
  private var other: TensorReference?
  private var shape: Shape = [6, 6, 3]
  private var outputs: [TensorReference] = []
  private var counts: [String: Int] = [:]

  /// What statistics a batch normalization gets.
  enum Statistics {
    /// Of both signs, none of them zero.
    case any
    case positive, scaleOnly, negativeScaleOnly
    /// The same in all channels.
    case constant
    /// A channel that lies far from zero, and hardly moves.
    case squeezed
    case zeroIn(Int)
    case negativeIn(Int)
  }

  init() { place = model.input([6, 6, 3]) }

  private func name(_ kind: String) -> ByteString {
    counts[kind, default: 0] += 1
    return ByteString("\(kind)\(counts[kind] ?? 0)")
  }

  private func step(_ layer: Layer, shape: Shape? = nil) -> RewriteBuilder {
    place = model.add(layer, inputs: [place])
    self.shape = shape ?? self.shape
    return self
  }

  private func step(_ operation: Operation, _ kind: String, shape: Shape? = nil) -> RewriteBuilder {
    step(Layer(name: name(kind), className: "Test", operation: operation), shape: shape)
  }

  func lowerPrecision(ofLayer index: Int) { model.graph.layers[index].precision = "float16" }

  /// Says that so many batch normalizations have to stay.
  func keeps(_ number: Int) -> RewriteBuilder {
    kept += number
    return self
  }

  func end() { model.graph.outputs = outputs + [place] }
}

// MARK: - Layers with weights

extension RewriteBuilder {
  func conv(
    filters: Int = 4, size: Int = 3, padding: Padding = .same, usesBias: Bool = true,
    activation: Activation = .linear
  ) -> RewriteBuilder {
    let layer = model.convolution(
      name("conv"), inputs: shape[2], filters: filters, kernel: [size, size], usesBias: usesBias,
      activation: activation, padding: padding)
    let cut = padding == .none(rank: 2) ? size - 1 : 0
    return step(layer, shape: [shape[0] - cut, shape[1] - cut, filters])
  }

  func transposed() -> RewriteBuilder {
    let convolution = Convolution(
      kind: .transposed(outputPadding: [0, 0]), kernelSize: [2, 2], strides: [1, 1], dilation: [1, 1],
      padding: .none(rank: 2), dataFormat: .channelsLast, filters: 2, usesBias: true, activation: .linear)
    let layer = model.layer(
      .convolution(convolution), name("transposed"), [(.kernel, [2, 2, 2, shape[2]]), (.bias, [2])])
    return step(layer, shape: [shape[0] + 1, shape[1] + 1, 2])
  }

  private func denseLayer(inputs: Int) -> Layer {
    model.layer(
      .dense(Dense(units: 3, usesBias: false, activation: .linear)), name("dense"), [(.kernel, [inputs, 3])])
  }

  func dense() -> RewriteBuilder {
    step(denseLayer(inputs: shape[shape.count - 1]), shape: shape.dropLast() + [3])
  }

  func timeDense() -> RewriteBuilder {
    var layer = Layer(name: name("time"), className: "TimeDistributed", operation: .timeDistributed)
    layer.wrapped = [denseLayer(inputs: shape[1])]
    return step(layer, shape: [shape[0], 3])
  }

  /// Over the last axis of a sequence.
  func einsum() -> RewriteBuilder {
    let labels = { (text: String) in Array(text.utf8) }
    let einsum = EinsumDense(
      inputLabels: labels("abc"), kernelLabels: labels("cd"), outputLabels: labels("abd"), ellipsis: .none,
      biasLabels: nil, activation: .linear)
    return step(
      model.layer(.einsumDense(einsum), name("einsum"), [(.kernel, [shape[1], 3])]), shape: [shape[0], 3])
  }

  func scaleChannels() -> RewriteBuilder {
    step(model.layer(.channelScaling(channels: shape[2]), name("scaling"), [(.gamma, [shape[2]])]))
  }

  func prelu() -> RewriteBuilder {
    step(model.layer(.parametricReLU(sharedAxes: [1, 2]), name("prelu"), [(.alpha, [1, 1, shape[2]])]))
  }

  /// An embedding of indices instead of the image.
  func embed() -> RewriteBuilder {
    place = model.input([5], elementType: "int32")
    model.graph.inputs.removeFirst()
    let embedding = Embedding(vocabularySize: 2, dimension: 4)
    return step(
      model.layer(.embedding(embedding), name("embedding"), [(.embeddings, [2, 4])]), shape: [5, 4])
  }

  /// A sequence as the input, instead of the image.
  func sequence() -> RewriteBuilder {
    place = model.input([5, 4])
    model.graph.inputs.removeFirst()
    shape = [5, 4]
    return self
  }

  func bn(_ statistics: Statistics = .any, axis: Int = -1) -> RewriteBuilder {
    let channels = axis < 0 ? shape[shape.count - 1] : shape[axis - 1]
    let label = name("bn")
    let result = step(model.batchNormalization(label, channels: channels, axis: axis))
    var gamma = (0..<channels).map { Double($0 % 2 == 0 ? 1 : -1) * (0.5 + Double($0) / 10) }
    let zeros = [Double](repeating: 0, count: channels)
    switch statistics {
    case .any: break
    case .positive: gamma = gamma.map(abs)
    case .scaleOnly, .negativeScaleOnly:
      gamma = gamma.map(abs)
      if case .negativeScaleOnly = statistics { gamma[0] = -1 }
      for role in [Role.beta, .movingMean] { model.set(role, of: label, to: zeros) }
    case .constant:
      gamma = zeros.map { _ in -0.7 }
      model.set(.beta, of: label, to: zeros.map { _ in 0.3 })
      model.set(.movingMean, of: label, to: zeros.map { _ in 0.1 })
      model.set(.movingVariance, of: label, to: zeros.map { _ in 2 })
    case .squeezed:
      gamma[0] = 1e-3
      model.set(.beta, of: label, to: zeros.map { _ in 1 })
    case .zeroIn(let channel):
      gamma = gamma.map(abs)
      gamma[channel] = 0
    case .negativeIn(let channel):
      gamma = gamma.map(abs)
      gamma[channel] = -0.5
    }
    model.set(.gamma, of: label, to: gamma)
    return result
  }
}

// MARK: - Layers without weights

extension RewriteBuilder {
  func dropout(training: Bool? = nil) -> RewriteBuilder {
    let result = step(.identity, "dropout")
    model.graph.calls[place.call].training = training
    return result
  }

  func tanh() -> RewriteBuilder { step(.activation(.tanh), "tanh") }

  func relu() -> RewriteBuilder { step(.activation(.relu(RectifiedLinear())), "relu") }

  func function(_ function: TensorFunction) -> RewriteBuilder { step(.function(function), "function") }

  func rescale(_ scale: Double, _ offset: Double) -> RewriteBuilder {
    step(.rescaling(scale: [scale], offset: [offset]), "rescaling")
  }

  func pool(
    _ reduction: Pooling.Reduction, _ padding: Padding, size: Int = 2
  ) -> RewriteBuilder {
    let pooling = Pooling(
      reduction: reduction, poolSize: [size, size], strides: [2, 2], padding: padding,
      dataFormat: .channelsLast)
    return step(.pooling(pooling), "pool", shape: [(shape[0] + 1) / 2, (shape[1] + 1) / 2, shape[2]])
  }

  func globalPool(_ reduction: Pooling.Reduction, keeps: Bool = false) -> RewriteBuilder {
    let pooling = GlobalPooling(reduction: reduction, rank: 2, keepsAxes: keeps, dataFormat: .channelsLast)
    return step(.globalPooling(pooling), "global", shape: keeps ? [1, 1, shape[2]] : [shape[2]])
  }

  func upSample(_ interpolation: Interpolation) -> RewriteBuilder {
    step(
      .upSampling(factors: [2, 2], interpolation: interpolation, dataFormat: .channelsLast), "up",
      shape: [shape[0] * 2, shape[1] * 2, shape[2]])
  }

  private static let edges = [EdgeAmounts(before: 1, after: 0), EdgeAmounts(before: 0, after: 1)]

  func pad() -> RewriteBuilder {
    step(
      .zeroPadding(amounts: Self.edges, dataFormat: .channelsLast), "pad",
      shape: [shape[0] + 1, shape[1] + 1, shape[2]])
  }

  func crop() -> RewriteBuilder {
    step(
      .cropping(amounts: Self.edges, dataFormat: .channelsLast), "crop",
      shape: [shape[0] - 1, shape[1] - 1, shape[2]])
  }

  func flatten() -> RewriteBuilder { reshape(.flatten, to: [shape.elementCount]) }

  /// - Parameter shape: without the batch.
  func reshape(_ reshape: Reshape, to shape: Shape) -> RewriteBuilder {
    step(.reshape(reshape), "reshape", shape: shape)
  }

  /// The axes backwards, and the batch in its place again.
  func reverse(batchLast: Bool) -> RewriteBuilder {
    let axes = batchLast ? nil : [0, -1, -2, -3]
    return step(.transpose(Transposition(axes: axes)), "transpose", shape: shape.reversed())
  }

  /// The channels first.
  func permute() -> RewriteBuilder {
    step(.transpose(Transposition(axes: [0, 3, 1, 2])), "permute", shape: [shape[2], shape[0], shape[1]])
  }
}

// MARK: - Branches

extension RewriteBuilder {
  /// Two convolutions side by side.
  func branch(activation: Activation = .linear) -> RewriteBuilder {
    let (start, size) = (place, shape)
    other = conv(activation: activation).place
    (place, shape) = (start, size)
    return conv()
  }

  func merge(_ merge: Merge) -> RewriteBuilder { self.merge(.merge(merge)) }

  func merge(_ operation: Operation) -> RewriteBuilder {
    let layer = Layer(name: name("merge"), className: "Merge", operation: operation)
    place = model.add(layer, inputs: [place] + (other.map { [$0] } ?? []))
    return self
  }

  func concatenate(axis: Int = -1) -> RewriteBuilder {
    let result = merge(.concatenate(axis: axis))
    shape[axis < 0 ? 2 : axis - 1] *= 2
    return result
  }

  func addInput() -> RewriteBuilder {
    other = model.graph.inputs[0]
    return merge(.add)
  }

  func alsoOutput() -> RewriteBuilder {
    outputs.append(place)
    return self
  }

  /// A layer beside that nothing can be moved into.
  func readByNormalization() -> RewriteBuilder {
    let layer = Layer(
      name: "unit", className: "UnitNormalization",
      operation: .unitNormalization(axes: [-1], smallestNorm: 1e-6))
    outputs.append(model.add(layer, inputs: [place]))
    return self
  }

  /// The sum of a tensor and of its own batch normalization.
  func bnBeside() -> RewriteBuilder {
    other = place
    return bn().merge(.add)
  }

  /// A convolution that two batch normalizations read: one goes into it, the other one takes the inverse.
  func stream(_ statistics: Statistics = .any) -> RewriteBuilder {
    let start = conv().place
    outputs.append(bn(statistics).relu().place)
    place = start
    return keeps(1).bn(statistics).relu()
  }
}
