import Elements
import ModelGraph

/// The forward pass of one layer that has no layers inside.
struct LayerEvaluator<Scalar: InferenceScalar> {
  typealias Values = DenseArray<Scalar>

  let layer: Layer
  let weights: any WeightStore
  let sharing: WorkSharing
  /// Whether the layer is one of a graph of operators, which keeps what is no finite number.
  var isOperator = false
  /// What a batch normalization uses in place of its moving statistics.
  var batchStatistics: ChannelStatistics?

  /// - Parameters:
  ///   - tail: what is done with the result, for a layer with one that is numbers.
  ///   - isOutput: whether what goes into a last activation that saturates is wanted.
  func evaluate(
    _ inputs: [TensorValue<Scalar>], tail: ElementwiseTail<Scalar> = .none, isOutput: Bool = true
  ) throws -> Evaluation<Scalar> {
    guard var results = try evaluateValues(inputs) else {
      return try evaluate(inputs.map(\.numbers), tail: tail, isOutput: isOutput)
    }
    if !tail.steps.isEmpty {
      var array = results[0].numbers
      try checkFits(tail, array.shape)
      array.apply(tail, sharing: sharing)
      results[0] = .numbers(array)
    }
    return Evaluation(results)
  }

  private func evaluate(
    _ inputs: [Values], tail: ElementwiseTail<Scalar>, isOutput: Bool
  ) throws -> Evaluation<Scalar> {
    try checkSize(inputs)
    switch layer.operation {
    case .dense, .convolution, .einsumDense, .activation:
      guard inputs.count == 1 else { throw shape("it is given \(inputs.count) inputs") }
      return try activated(inputs[0], tail: tail, isOutput: isOutput)
    default: break
    }
    if let fused = try evaluateElementwise(inputs, tail: tail) { return try plain(fused) }
    var result = try evaluateAlone(inputs)
    if !tail.steps.isEmpty {
      var array = result.values[0].numbers
      try checkFits(tail, array.shape)
      array.apply(tail, sharing: sharing)
      result.values[0] = .numbers(array)
    }
    return result
  }

  private func evaluateAlone(_ inputs: [Values]) throws -> Evaluation<Scalar> {
    if case .merge(let merge) = layer.operation { return try plain(evaluate(merge, inputs)) }
    if case .attention(let attention) = layer.operation {
      return try several(evaluate(attention, inputs))
    }
    guard inputs.count == 1, let input = inputs.first else {
      throw shape("it is given \(inputs.count) inputs")
    }
    switch layer.operation {
    case .identity: return try plain(input)
    case .batchNormalization(let normalization): return try plain(evaluate(normalization, input))
    case .layerNormalization(let normalization): return try plain(evaluate(normalization, input))
    case .groupNormalization(let normalization): return try plain(evaluate(normalization, input))
    case .dataNormalization(let normalization): return try plain(evaluate(normalization, input))
    case .unitNormalization(let axes, let smallestNorm):
      return try plain(input.dividedByNorm(over: axes, smallestNorm: Scalar(smallestNorm)))
    case .recurrent(let recurrent): return try several(evaluate(recurrent, input))
    case .bidirectional(let both): return try several(evaluate(both, input))
    case .embedding(let embedding): return try plain(evaluate(embedding, input))
    case .parametricReLU(let sharedAxes): return try plain(parametricReLU(input, sharedAxes: sharedAxes))
    case .pooling(let pooling):
      guard input.rank == pooling.poolSize.count + 2 else { throw shape("its input has \(input.rank) axes") }
      return try plain(
        input.channelsLast(from: pooling.dataFormat, sharing: sharing).pooled(
          pooling, keepsNotFinite: isOperator, sharing: sharing)?
          .channelsMoved(to: pooling.dataFormat, sharing: sharing))
    case .globalPooling(let pooling): return try plain(evaluate(pooling, input))
    case .zeroPadding, .cropping: return try plain(respace(input))
    case .upSampling(let factors, let interpolation, let format):
      return try plain(
        resized(input, format) { size in interpolation.sources(zip(size, factors).map { ($0, $0 * $1) }) })
    case .resizing(let resizing):
      return try plain(
        resized(input, resizing.dataFormat) { size in
          resizing.interpolation.sources([(size[0], resizing.height), (size[1], resizing.width)])
        })
    case .reshape, .transpose, .repeatVector: return try plain(rearrange(input))
    case .channelScaling:
      let gamma = Values(shape: try weightShape(.gamma), values: try weight(.gamma))
      return try plain(input.combined(with: gamma) { $0 * $1 })
    case .rescaling(let scale, let offset): return try plain(rescaled(input, scale: scale, offset: offset))
    case .opaque(let why): throw EvaluationError(.notRun(why), layer: layer.name)
    case .input, .dense, .convolution, .einsumDense, .activation, .merge, .function, .tensor, .attention,
      .model, .timeDistributed:
      throw EvaluationError(.notRun("it has no operation"), layer: layer.name)
    }
  }

  // MARK: - Errors and results

  func shape(_ what: String) -> EvaluationError { EvaluationError(.shape(what), layer: layer.name) }

  private func plain(_ result: Values?) throws -> Evaluation<Scalar> { try several(result.map { [$0] }) }

  private func several(_ results: [Values]?) throws -> Evaluation<Scalar> {
    guard let results else { throw shape("its input's shape or its axes do not fit") }
    return Evaluation(results.map { .numbers($0) })
  }

  /// A layer that ends in an activation.
  private func activated(
    _ input: Values, tail: ElementwiseTail<Scalar>, isOutput: Bool
  ) throws -> Evaluation<Scalar> {
    let activation = layer.operation.lastActivation ?? .linear
    let keepsBefore = isOutput && activation.saturates
    if let steps = ElementwiseStep<Scalar>.steps(of: activation), !keepsBefore {
      let result = try beforeActivation(input, tail: ElementwiseTail(steps: steps + tail.steps))
      return Evaluation([.numbers(result)])
    }
    let before = try beforeActivation(input, tail: .none)
    guard var result = before.applying(activation, sharing: sharing) else {
      throw EvaluationError(.notRun("the activation \(activation) is not run"), layer: layer.name)
    }
    try checkFits(tail, result.shape)
    result.apply(tail, sharing: sharing)
    return Evaluation(values: [.numbers(result)], beforeActivation: [keepsBefore ? before : nil])
  }

  private func beforeActivation(_ input: Values, tail: ElementwiseTail<Scalar>) throws -> Values {
    switch layer.operation {
    case .dense(let dense): return try evaluate(dense, input, tail: tail)
    case .convolution(let convolution): return try evaluate(convolution, input, tail: tail)
    case .einsumDense(let einsum):
      var result = try evaluate(einsum, input)
      try checkFits(tail, result.shape)
      result.apply(tail, sharing: sharing)
      return result
    default:
      try checkFits(tail, input.shape)
      return input.applying(tail, sharing: sharing)
    }
  }

  /// The tail was made for the shape that the layer was expected to give.
  func checkFits(_ tail: ElementwiseTail<Scalar>, _ shape: Shape) throws {
    guard tail.fits(shape) else { throw self.shape("its result has the shape \(shape)") }
  }

  private func checkSize(_ inputs: [Values]) throws {
    let result = layer.operation.outputShape(inputs: inputs.map { $0.shape.map { $0 } })
    try checkSize(result.map { shape in shape.map { $0 ?? 1 } } ?? [])
  }

  /// Refuses an array before it is made.
  func checkSize(_ shape: Shape) throws {
    // The other axes of an array without elements have to be bounded, too: products of some axes are made.
    let count = shape.map { $0 == 0 ? 1 : $0 }.checkedElementCount ?? .max
    guard count <= EvaluationError.largestResult else {
      throw EvaluationError(.tooLarge(elements: count), layer: layer.name)
    }
  }

  /// A weight in the type of this pass, rounded as it is stored.
  ///
  /// - Parameters:
  ///   - role: which weight.
  ///   - range: which of its elements; nil for all.
  ///   - sharing: the threads that read it; nil for those of the pass.
  func weight(_ role: Role, range: Range<Int>? = nil, sharing: WorkSharing? = nil) throws -> [Scalar] {
    guard let variable = layer.variable(role) else {
      throw EvaluationError(.notRun("its weight \(role) is missing"), layer: layer.name)
    }
    let range = range ?? 0..<variable.shape.elementCount
    return try [Scalar](unsafeUninitializedCapacity: range.count) { values, initialized in
      if let start = values.baseAddress {
        let target = SharedMemory(start: start)
        try (sharing ?? self.sharing).overRows(range.count, width: 1) { part in
          try variable.read(
            range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound, from: weights,
            into: UnsafeMutableBufferPointer(start: target.start + part.lowerBound, count: part.count))
        }
      }
      initialized = range.count
    }
  }

  func weightShape(_ role: Role) throws -> Shape {
    guard let variable = layer.variable(role) else {
      throw EvaluationError(.notRun("its weight \(role) is missing"), layer: layer.name)
    }
    return variable.shape
  }

  // MARK: - Small layers

  func evaluate(_ merge: Merge, _ inputs: [Values]) throws -> Values? {
    guard let first = inputs.first else { throw shape("it has no input") }
    switch merge {
    case .concatenate(let axis): return Values.concatenated(inputs, axis: axis)
    case .subtract, .dot, .addScaled: guard inputs.count == 2 else { throw shape("it needs two inputs") }
    default: break
    }
    if case .dot(let axes, let smallestNorm) = merge {
      return first.dot(inputs[1], axes: axes, smallestNorm: smallestNorm.map { Scalar($0) })
    }
    let shapes = Merge.aligned(inputs.map { $0.shape.map { $0 } })
    let inputs = zip(inputs, shapes).map { $0.reshaped($1.compactMap { $0 }) }
    var result = inputs[0]
    for input in inputs.dropFirst() {
      let next: Values? =
        switch merge {
        case .addScaled(let scale):
          result.combined(with: input) { [scale = Scalar(scale)] in $0 + $1 * scale }
        case .add, .average: result.combined(with: input) { $0 + $1 }
        case .subtract: result.combined(with: input) { $0 - $1 }
        case .multiply: result.combined(with: input) { $0 * $1 }
        case .maximum: result.combined(with: input) { .larger($0, $1) }
        case .minimum: result.combined(with: input) { .smaller($0, $1) }
        case .concatenate, .dot: nil
        }
      guard let next else { return nil }
      result = next
    }
    if merge == .average { result.values = result.values.map { $0 / Scalar(inputs.count) } }
    return result
  }

  private func evaluate(_ normalization: BatchNormalization, _ input: Values) throws -> Values {
    guard normalization.axes.count == 1 else { return try evaluateOverAxes(normalization, input) }
    guard let axis = normalization.axis(rank: input.rank) else {
      throw shape("its axes \(normalization.axes) do not fit the rank \(input.rank)")
    }
    let (mean, scale, beta) = try statistics(normalization)
    guard mean.count == input.shape[axis] else {
      throw shape("it has statistics of \(mean.count) channels for \(input.shape[axis])")
    }
    return input.normalized(mean: mean, scale: scale, beta: beta, axis: axis, sharing: sharing)
  }

  private func evaluate(_ pooling: GlobalPooling, _ input: Values) throws -> Values {
    guard input.rank == pooling.rank + 2 else { throw shape("its input has \(input.rank) axes") }
    let pooled = input.channelsLast(from: pooling.dataFormat, sharing: sharing).globallyPooled(
      pooling.reduction)
    guard pooling.keepsAxes else { return pooled }
    let ones = [Int](repeating: 1, count: pooling.rank)
    return pooled.reshaped([pooled.shape[0]] + ones + [pooled.shape[1]]).channelsMoved(
      to: pooling.dataFormat, sharing: sharing)
  }

  private func evaluate(_ embedding: Embedding, _ input: Values) throws -> Values {
    let table: [Scalar] = try weight(.embeddings)
    var values: [Scalar] = []
    for value in input.values {
      guard let row = Int(exactly: value), (0..<embedding.vocabularySize).contains(row) else {
        throw shape("\(value) is not an index of its \(embedding.vocabularySize) rows")
      }
      values += table[row * embedding.dimension..<(row + 1) * embedding.dimension]
    }
    return Values(shape: input.shape + [embedding.dimension], values: values)
  }

  private func parametricReLU(_ input: Values, sharedAxes: [Int]) throws -> Values? {
    let alpha = Values(shape: try weightShape(.alpha), values: try weight(.alpha))
    // Slopes never make a tensor another size.
    guard alpha.rank == input.rank - 1,
      zip(alpha.shape, input.shape.dropFirst()).allSatisfy({ $0 == 1 || $0 == $1 })
    else { return nil }
    return input.combined(with: alpha) { $0.positivePart - $1 * (-$0).positivePart }
  }

  private func rescaled(_ input: Values, scale: [Double], offset: [Double]) -> Values? {
    let scales = Values(shape: [scale.count], values: scale.map { Scalar($0) })
    let offsets = Values(shape: [offset.count], values: offset.map { Scalar($0) })
    return input.combined(with: scales) { $0 * $1 }?.combined(with: offsets) { $0 + $1 }
  }
}
