import Bytes
import Elements
import ModelGraph

/// The layers, each of which does one thing, that a layer is together.
///
/// A layer of Keras does several things one after the other, for which ONNX has operators.
struct ElementaryParts {
  /// Where a part reads from.
  enum Source {
    /// An input of the layer, by its number.
    case input(Int)
    /// What an earlier part gives.
    case part(Int)
  }

  struct Part {
    let layer: Layer
    let inputs: [Source]
  }

  private(set) var parts: [Part] = []
  private let layer: Layer
  /// The shapes of the inputs, as far as they are known.
  let shapes: [PartialShape?]
  private let output: PartialShape?

  var rank: Int? { (shapes.first ?? nil)?.count }

  /// - Parameters:
  ///   - layer: any.
  ///   - isPlain: whether it is called as at inference, with arguments that are understood.
  ///   - shapes: of its inputs, as far as they are known.
  ///   - output: the shape of its result, as far as it is known.
  ///   - weights: where constants are.
  /// - Throws: what the store throws.
  init(
    of layer: Layer, isPlain: Bool, shapes: [PartialShape?], output: PartialShape?,
    weights: any WeightStore
  ) throws {
    (self.layer, self.shapes, self.output) = (layer, shapes, output)
    var operation = layer.operation.canonical
    if isPlain, layer.configuration == nil, layer.body == nil, layer.wrapped.isEmpty {
      if case .tensor(let tensor) = operation, let known = try tensor.withKnownOperands(layer, weights) {
        operation = known.canonical
      }
      split(operation)
    }
    if parts.isEmpty {
      var whole = layer
      whole.isFunction = false
      if !isPlain, case .identity = whole.operation { whole.operation = .opaque("it is called in training") }
      parts = [Part(layer: whole, inputs: shapes.indices.map { .input($0) })]
    }
  }

  /// Appends a part with some of the layer's weights.
  ///
  /// - Returns: what it gives.
  @discardableResult
  mutating func add(
    _ operation: Operation, _ variables: [Variable] = [], of inputs: [Source]
  ) -> Source {
    var part = layer
    (part.operation, part.variables) = (operation, variables)
    (part.isFunction, part.hasCallArguments) = (false, false)
    parts.append(Part(layer: part, inputs: inputs))
    return .part(parts.count - 1)
  }

  @discardableResult
  mutating func add(
    _ operation: Operation, _ variables: [Variable] = [], of input: Source
  ) -> Source {
    add(operation, variables, of: [input])
  }

  /// Appends a product of each element with a number, and a number added to that.
  mutating func rescale(_ source: Source, by scale: Double = 1, plus offset: Double = 0) -> Source {
    scale == 1 && offset == 0 ? source : add(.rescaling(scale: [scale], offset: [offset]), of: source)
  }

  // MARK: - Layers

  private mutating func split(_ operation: Operation) {
    let variables = layer.variables ?? []
    switch operation {
    case .convolution(let convolution): splitConvolution(convolution)
    case .dense, .einsumDense:
      guard let activation = operation.ownActivation, activation != .linear else { return }
      add(activation, of: add(operation.with(activation: .linear), variables, of: .input(0)))
    case .activation(let activation): add(activation, of: .input(0))
    case .merge(let merge):
      let isLayer = if case .merge = layer.operation { true } else { false }
      splitMerge(merge, isLayer: isLayer)
    case .tensor(let tensor): splitTensorOperation(tensor)
    case .globalPooling(let pooling): pool(pooling)
    case .function(.reduction(let reduction, let axes, let keepsAxes)):
      if let pooling = globalPooling(reduction, axes, keepsAxes: keepsAxes) { pool(pooling) }
    case .function(.elementwise(.clip(let bounds))): clip(bounds)
    case .rescaling(let scale, let offset):
      add(.rescaling(scale: scale.map(rounded), offset: offset.map(rounded)), of: .input(0))
    case .channelScaling(let channels):
      guard var weight = variables.first else { return }
      weight.role = .operand(1)
      add(.function(.combination(.multiply, .tensor(0), .weight(1, [channels]))), [weight], of: .input(0))
    case .reshape where isSilentReshape: add(.identity, of: .input(0))
    case .reshape(.flattenWithChannelsLast):
      guard let rank, rank > 2 else { return }
      let last = add(.transpose(Transposition(axes: [0] + Array(2..<rank) + [1])), of: .input(0))
      add(.reshape(.flatten), of: last)
    case .batchNormalization(var normalization):
      guard let rank, normalization.axes.count == 1,
        let axis = normalizedAxis(normalization.axes[0], rank: rank)
      else { return }
      (normalization.axes, normalization.epsilon) = ([axis], rounded(normalization.epsilon))
      add(.batchNormalization(normalization), variables, of: .input(0))
    default: return
    }
  }

  /// Whether a reshape gives the shape that is there already.
  var isSilentReshape: Bool {
    guard let input = shapes.first ?? nil, let output else { return false }
    return input.isSame(as: output)
  }

  /// A number as a framework computes with it.
  private func rounded(_ number: Double) -> Double {
    layer.precision == "float64" ? number : Double(Float(number))
  }

  private mutating func splitConvolution(_ convolution: Convolution) {
    var inner = convolution
    inner.activation = .linear
    var result = Source.input(0)
    func weights(_ role: Role, _ new: Role) -> [Variable] {
      (layer.variables ?? []).filter { $0.role == role }.map {
        var variable = $0
        variable.role = new
        return variable
      }
    }
    switch convolution.kind {
    case .depthwise, .separable:
      guard var kernel = weights(.depthwiseKernel, .kernel).first,
        kernel.shape.count == convolution.tensorRank
      else { return }
      // Output channel c * multiplier + m: the channels of group c.
      let channels = kernel.shape[convolution.tensorRank - 2]
      let outputs = channels * kernel.shape[convolution.tensorRank - 1]
      kernel.shape.replaceSubrange((convolution.tensorRank - 2)..., with: [1, outputs])
      (inner.kind, inner.filters) = (.regular(groups: channels), outputs)
      guard case .separable = convolution.kind else {
        result = add(.convolution(inner), [kernel] + weights(.bias, .bias), of: result)
        break
      }
      inner.usesBias = false
      result = add(.convolution(inner), [kernel], of: result)
      let ones = [Int](repeating: 1, count: convolution.kernelSize.count)
      inner = Convolution(
        kind: .regular(groups: 1), kernelSize: ones, strides: ones, dilation: ones,
        padding: .none(rank: ones.count), dataFormat: convolution.dataFormat, filters: convolution.filters,
        usesBias: convolution.usesBias, activation: .linear)
      result = add(
        .convolution(inner), weights(.pointwiseKernel, .kernel) + weights(.bias, .bias), of: result)
    case .regular, .transposed: result = add(.convolution(inner), layer.variables ?? [], of: result)
    }
    add(convolution.activation, of: result)
  }

  // MARK: - Pooling

  private mutating func pool(_ pooling: GlobalPooling) {
    var whole = pooling
    whole.keepsAxes = true
    let result = add(.globalPooling(whole), of: .input(0))
    guard !pooling.keepsAxes else { return }
    let first = pooling.dataFormat.firstSpatialAxis
    add(.reshape(.squeeze(axes: Array(first..<first + pooling.rank))), of: result)
  }

  /// A reduction over all axes but the samples and the channels.
  private func globalPooling(
    _ reduction: TensorFunction.Reduction, _ axes: [Int]?, keepsAxes: Bool
  ) -> GlobalPooling? {
    guard let rank, (3...5).contains(rank), axes != nil,
      let places = TensorFunction.places(axes, rank: rank), places.count == rank - 2
    else { return nil }
    let kind: Pooling.Reduction
    switch reduction {
    case .mean: kind = .average
    case .maximum: kind = .maximum
    default: return nil
    }
    for format in [DataFormat.channelsLast, .channelsFirst]
    where places == Set(format.firstSpatialAxis..<format.firstSpatialAxis + rank - 2) {
      return GlobalPooling(reduction: kind, rank: rank - 2, keepsAxes: keepsAxes, dataFormat: format)
    }
    return nil
  }
}
