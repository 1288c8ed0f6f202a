import Inference
import ModelGraph
import Tensor

/// A small input for a layer: its channels in full, other axes as short as the layer allows.
struct ProbeShape {
  let shape: Shape
  /// For a layer that is given indices: below which they are.
  private var indexLimit: Int?

  /// Samples in a probe: each weight is used by one already.
  private static let batch = 1
  /// Rows of an embedding's table that are looked at.
  private static let rowsOfATable = 256

  /// - Parameter known: the shape of the layer's input in the model, without a wrapper's time axis.
  /// - Throws: `EvaluationError` for a layer whose input cannot be guessed.
  init(layer: Layer, known: PartialShape?) throws {
    let core = layer.core
    var shape: Shape
    switch core.operation {
    case .dense:
      guard let inputs = core.variable(.kernel)?.shape.first else { throw Self.unknown(layer) }
      shape = [Int](repeating: 2, count: (known?.count ?? 2) - 1) + [inputs]
    case .convolution(let convolution):
      shape = try Self.spatial(convolution, core, layer)
    case .einsumDense(let einsum):
      shape = try Self.einsum(einsum, core, known: known, layer)
    case .batchNormalization(let normalization):
      guard let channels = core.variable(.movingMean)?.shape.elementCount, let axis = normalization.axes.first
      else {
        throw Self.unknown(layer)
      }
      let rank = known?.count ?? max(2, axis < 0 ? -axis + 1 : axis + 1)
      shape = [Int](repeating: 2, count: rank)
      guard let place = normalizedAxis(axis, rank: rank) else { throw Self.unknown(layer) }
      shape[place] = channels
    case .embedding(let embedding):
      shape = [1, min(embedding.vocabularySize, Self.rowsOfATable)]
      indexLimit = embedding.vocabularySize
    default: throw Self.unknown(layer)
    }
    shape[0] = Self.batch
    if !layer.wrapped.isEmpty { shape.insert(2, at: 1) }
    self.shape = shape
  }

  private static func unknown(_ layer: Layer) -> EvaluationError {
    EvaluationError(.notRun("no input can be made for it"), layer: layer.name)
  }

  /// As many elements as two positions of the window need.
  private static func spatial(_ convolution: Convolution, _ core: Layer, _ layer: Layer) throws -> Shape {
    let channels: Int?
    switch convolution.kind {
    case .regular(let groups):
      channels = core.variable(.kernel).flatMap { $0.shape.dropLast().last }.map { $0 * groups }
    case .depthwise, .separable:
      channels = core.variable(.depthwiseKernel).flatMap { $0.shape.dropLast().last }
    case .transposed: channels = core.variable(.kernel)?.shape.last
    }
    guard let channels else { throw unknown(layer) }
    let sizes = convolution.kernelSize.indices.map { axis in
      let extent = (convolution.kernelSize[axis] - 1) * convolution.dilation[axis] + 1
      if case .transposed = convolution.kind { return 2 }
      return extent + convolution.strides[axis]
    }
    return convolution.dataFormat == .channelsLast ? [batch] + sizes + [channels] : [batch, channels] + sizes
  }

  private static func einsum(
    _ einsum: EinsumDense, _ core: Layer, known: PartialShape?, _ layer: Layer
  ) throws -> Shape {
    guard let kernel = core.variable(.kernel) else { throw unknown(layer) }
    let biasShape = core.variable(.bias)?.shape ?? []
    let labels = einsum.inputLabels.map { label in
      if let axis = einsum.kernelLabels.firstIndex(of: label) { return kernel.shape[axis] }
      // The bias runs over the last output axes.
      guard einsum.biasLabels?.contains(label) == true, let axis = einsum.outputLabels.firstIndex(of: label)
      else { return 2 }
      let place = axis - (einsum.outputLabels.count - biasShape.count)
      return biasShape.indices.contains(place) ? biasShape[place] : 2
    }
    guard einsum.ellipsis != .none else { return labels }
    let elided = max(1, (known?.count ?? labels.count + 1) - labels.count)
    let others = [Int](repeating: 2, count: elided)
    return einsum.ellipsis == .leading ? others + labels : labels + others
  }

  /// Numbers between -1 and 1, or indices.
  func randomArray(seed: UInt64) -> DenseArray<Double> {
    var generator = SeededGenerator(seed: seed)
    if let indexLimit {
      let values = (0..<shape.elementCount).map { _ in Double(generator.next() % UInt64(indexLimit)) }
      return DenseArray(shape: shape, values: values)
    }
    return DenseArray(shape: shape, values: (0..<shape.elementCount).map { _ in generator.nextSigned() })
  }
}
