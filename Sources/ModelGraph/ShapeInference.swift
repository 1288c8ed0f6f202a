import Elements

/// The shapes of all tensors of a graph, as far as they can be derived.
public struct ShapeInference: Sendable {
  /// Known shapes; unknown axes are nil, tensors of unknown rank are absent.
  public private(set) var shapes: [TensorReference: PartialShape] = [:]
  /// The same for the models inside the model, by layer index: what all calls have in common.
  public private(set) var inner: [Int: ShapeInference] = [:]

  /// Derives the shapes.
  ///
  /// - Parameters:
  ///   - graph: the graph; models inside it are looked into.
  ///   - inputs: shapes given from outside, in the order of the graph's inputs; nil where unknown.
  public init(of graph: Graph, inputs: [PartialShape?] = []) {
    for (index, call) in graph.calls.enumerated() {
      let layer = graph.layers[call.layer]
      let reference = TensorReference(call: index)
      if case .input(let declared, _) = layer.operation {
        let given = graph.inputs.firstIndex(of: reference).flatMap { $0 < inputs.count ? inputs[$0] : nil }
        shapes[reference] = (given ?? declared)?.bounded
        continue
      }
      let sources = call.inputs.map { shapes[$0] ?? graph.recordedShapes[$0] }
      let outputs = outputShapes(of: layer, call: call, inputs: sources)
      for (output, shape) in outputs.enumerated() {
        let place = TensorReference(call: index, output: output)
        let recorded = graph.recordedShapes[place]
        // What the values of constants say is recorded: it fills what shapes alone leave open.
        let known = shape.map { own in
          recorded.map { $0.count == own.count ? zip(own, $0).map { $0 ?? $1 } : own } ?? own
        }
        shapes[place] = (known ?? recorded)?.bounded
      }
    }
  }

  private mutating func outputShapes(
    of layer: Layer, call: Call, inputs: [PartialShape?]
  ) -> [PartialShape?] {
    if let body = layer.core.body {
      let isWrapped = !layer.wrapped.isEmpty
      let time = isWrapped ? inputs.first?.flatMap { $0.count > 1 ? $0[1] : nil } : nil
      let given = isWrapped ? inputs.map { $0?.withoutTimeAxis } : inputs
      // Arguments that are not understood may be for other inputs than their order says.
      let inference = ShapeInference(of: body, inputs: call.hasUnknownArguments ? [] : given)
      inner[call.layer] = inner[call.layer].map { $0.inCommon(with: inference) } ?? inference
      return body.outputs.map { output in
        inference.shapes[output].map { isWrapped ? [$0.first ?? nil, time] + $0.dropFirst() : $0 }
      }
    }
    if let carried = layer.carriedShape, layer.isOpaque {
      return [carried.outputShape(input: inputs.first ?? nil)]
    }
    guard !layer.wrapped.isEmpty else { return layer.operation.outputShapes(inputs: inputs) }
    guard let input = inputs.first, let input, input.count > 2 else { return [nil] }
    let output = layer.core.operation.outputShape(inputs: [input.withoutTimeAxis])
    return [output.map { [$0.first ?? nil, input[1]] + $0.dropFirst() }]
  }

  /// The shapes that hold in both: an axis that differs is unknown.
  private func inCommon(with other: ShapeInference) -> ShapeInference {
    var result = self
    result.shapes = [:]
    for (reference, shape) in shapes {
      result.shapes[reference] = shape.inCommon(with: other.shapes[reference])
    }
    result.inner = [:]
    for (index, inference) in inner {
      result.inner[index] = other.inner[index].map { inference.inCommon(with: $0) }
    }
    return result
  }
}

extension Operation {
  /// The shape of the result; nil where it cannot be derived.
  public func outputShape(inputs given: [PartialShape?]) -> PartialShape? {
    let inputs = given.map { $0?.bounded }
    guard let first = inputs.first, let input = first else {
      switch self {
      case .merge(let merge): return merge.outputShape(inputs: inputs)
      case .function(let function): return function.outputShape(inputs: inputs)
      case .tensor(let operation): return operation.outputShape(inputs: inputs)
      default: return nil
      }
    }
    switch self {
    case .identity, .activation, .batchNormalization, .layerNormalization, .groupNormalization,
      .unitNormalization, .dataNormalization, .parametricReLU, .rescaling, .channelScaling:
      return input
    case .dense(let dense): return input.isEmpty ? nil : input.dropLast() + [dense.units]
    case .convolution(let convolution): return convolution.outputShape(input: input)
    case .einsumDense(let einsum): return einsum.outputShape(input: input)
    case .embedding(let embedding): return input + [embedding.dimension]
    case .pooling(let pooling): return pooling.outputShape(input: input)
    case .globalPooling(let pooling): return pooling.outputShape(input: input)
    case .zeroPadding(let amounts, let format):
      return changingSpatial(input, format, rank: amounts.count) {
        $1 + amounts[$0].before + amounts[$0].after
      }
    case .cropping(let amounts, let format):
      return changingSpatial(input, format, rank: amounts.count) {
        // Keras refuses to crop everything.
        let rest = $1 - amounts[$0].before - amounts[$0].after
        return rest > 0 ? rest : nil
      }
    case .resizing(let resizing):
      guard input.count == 4 else { return nil }
      let sizes: PartialShape = [resizing.height, resizing.width]
      return resizing.dataFormat == .channelsLast
        ? [input[0]] + sizes + [input[3]] : [input[0], input[1]] + sizes
    case .upSampling(let factors, _, let format):
      return changingSpatial(input, format, rank: factors.count) { $1 * factors[$0] }
    case .reshape(let reshape): return reshape.outputShape(input: input)
    case .transpose(let transposition): return transposition.outputShape(input: input)
    case .repeatVector(let count): return input.count == 2 ? [input[0], count, input[1]] : nil
    case .merge(let merge): return merge.outputShape(inputs: inputs)
    case .function(let function): return function.outputShape(inputs: inputs)
    case .recurrent(let recurrent): return recurrent.outputShapes(input: input)[0]
    case .bidirectional(let both): return both.outputShape(input: input)
    case .attention(let attention): return attention.outputShape(inputs: inputs)
    case .tensor(let operation): return operation.outputShape(inputs: inputs)
    case .input, .model, .timeDistributed, .opaque: return nil
    }
  }

  /// The shapes of all results; nil for those that cannot be derived.
  public func outputShapes(inputs: [PartialShape?]) -> [PartialShape?] {
    if case .recurrent(let recurrent) = self, let input = inputs.first ?? nil {
      return recurrent.outputShapes(input: input)
    }
    if case .tensor(let operation) = self {
      return operation.outputShapes(inputs: inputs.map { $0?.bounded })
    }
    let others = (outputCount ?? 1) - 1
    return [outputShape(inputs: inputs)] + [PartialShape?](repeating: nil, count: others)
  }

  private func changingSpatial(
    _ input: PartialShape, _ format: DataFormat, rank: Int, _ change: (Int, Int) -> Int?
  ) -> PartialShape? {
    guard input.count == rank + 2 else { return nil }
    var output = input
    for axis in 0..<rank {
      let place = axis + format.firstSpatialAxis
      output[place] = input[place].flatMap { change(axis, $0) }
    }
    return output
  }

}

extension Convolution {
  func outputShape(input: PartialShape) -> PartialShape? {
    guard input.count == tensorRank else { return nil }
    var output = input
    for axis in kernelSize.indices {
      let place = axis + dataFormat.firstSpatialAxis
      output[place] = input[place].flatMap { spatialSize(axis: axis, input: $0) }
    }
    let channels = dataFormat.channelAxis(rank: input.count)
    output[channels] = filters ?? input[channels].map { $0 * multiplier }
    return output
  }

  /// The size of a spatial axis of the output; nil if no window fits.
  public func spatialSize(axis: Int, input: Int) -> Int? {
    if case .transposed(let outputPadding, _) = kind {
      return window(axis: axis).transposedSize(
        input: input, padding: padding, axis: axis, outputPadding: outputPadding[axis])
    }
    return window(axis: axis).outputSize(input: input, padding: padding, axis: axis)
  }

  /// Output channels of the depthwise part for each input channel; 1 where there is no such part.
  public var multiplier: Int {
    switch kind {
    case .depthwise(let multiplier), .separable(let multiplier): multiplier
    case .regular, .transposed: 1
    }
  }
}

extension Pooling {
  func outputShape(input: PartialShape) -> PartialShape? {
    guard input.count == poolSize.count + 2 else { return nil }
    var output = input
    for axis in poolSize.indices {
      let place = axis + dataFormat.firstSpatialAxis
      output[place] = input[place].flatMap {
        window(axis: axis).outputSize(input: $0, padding: padding, axis: axis, roundsUp: roundsUp)
      }
    }
    return output
  }
}

extension GlobalPooling {
  func outputShape(input: PartialShape) -> PartialShape? {
    guard input.count == rank + 2 else { return nil }
    let channels = dataFormat.channelAxis(rank: input.count)
    guard keepsAxes else { return [input[0], input[channels]] }
    return input.indices.map { $0 == 0 || $0 == channels ? input[$0] : 1 }
  }
}

extension Merge {
  /// Shapes of the same rank: a merge gives the smaller ones sizes of 1 behind the batch.
  ///
  /// Source: keras/src/layers/merging/base_merge.py `call`.
  public static func aligned(_ shapes: [PartialShape]) -> [PartialShape] {
    let rank = shapes.map(\.count).max() ?? 0
    return shapes.map { $0.prefix(1) + PartialShape(repeating: 1, count: rank - $0.count) + $0.dropFirst() }
  }

  private func dotShape(_ inputs: [PartialShape], axes: [Int]) -> PartialShape? {
    guard inputs.count == 2, let left = normalizedAxis(axes[0], rank: inputs[0].count),
      let right = normalizedAxis(axes[1], rank: inputs[1].count), left > 0, right > 0
    else { return nil }
    let rest =
      inputs[0].indices.filter { $0 > 0 && $0 != left }.map { inputs[0][$0] }
      + inputs[1].indices.filter { $0 > 0 && $0 != right }.map { inputs[1][$0] }
    return [inputs[0][0]] + (rest.isEmpty ? [1] : rest)
  }

  func outputShape(inputs: [PartialShape?]) -> PartialShape? {
    let known = inputs.compactMap { $0 }
    guard let rank = known.map(\.count).max(), known.count == inputs.count else { return nil }
    switch self {
    case .dot(let axes, _): return dotShape(known, axes: axes)
    case .concatenate(let axis):
      guard let place = normalizedAxis(axis, rank: rank), known.allSatisfy({ $0.count == rank }) else {
        return nil
      }
      return (0..<rank).map { axis in
        let sizes = known.map { $0[axis] }
        guard axis == place else { return Set(sizes.compactMap { $0 }).count > 1 ? nil : sizes[0] }
        return sizes.reduce(Optional(0)) { sum, size in sum.flatMap { left in size.map { left + $0 } } }
      }
    default:
      let aligned = Self.aligned(known)
      return (0..<rank).map { axis in TensorFunction.broadcastSize(aligned.map { $0[axis] }) }
    }
  }
}

extension MultiHeadAttention {
  fileprivate func outputShape(inputs: [PartialShape?]) -> PartialShape? {
    guard inputs.indices.contains(arguments.query), let query = inputs[arguments.query], query.count > 1
    else { return nil }
    return query.dropLast() + [outputDimension ?? query.last ?? nil]
  }
}

extension Recurrent {
  fileprivate func outputShapes(input: PartialShape) -> [PartialShape?] {
    let state: PartialShape? = input.count == 3 ? [input[0], units] : nil
    let result = returnsSequences ? state.map { [$0[0], input[1], units] } : state
    return [result] + (returnsStates ? [PartialShape?](repeating: state, count: stateCount) : [])
  }
}

extension Bidirectional {
  fileprivate func outputShape(input: PartialShape) -> PartialShape? {
    let results = [forward, backward].map { $0.outputShapes(input: input)[0] }
    return merge.map { $0.outputShape(inputs: results) } ?? results[0]
  }
}

extension Graph {
  /// The shape that a layer's first call is given, without the time axis for a wrapped layer; nil if it is not known.
  public func inputShape(ofLayer index: Int, shapes: ShapeInference) -> PartialShape? {
    guard let call = calls.first(where: { $0.layer == index }), let input = call.inputs.first,
      let shape = shapes.shapes[input] ?? recordedShapes[input]
    else { return nil }
    return layers[index].wrapped.isEmpty ? shape : shape.withoutTimeAxis
  }
}

extension PartialShape {
  /// The shape that the layer inside a wrapper such as TimeDistributed sees: without the axis behind the batch.
  public var withoutTimeAxis: PartialShape { count > 1 ? [self[0]] + dropFirst(2) : self }
}
