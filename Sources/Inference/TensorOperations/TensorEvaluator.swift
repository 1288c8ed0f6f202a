import Elements
import ModelGraph

/// The forward pass of one operator whose parameters may be tensors.
///
/// Source: ONNX operator specification, https://onnx.ai/onnx/operators.
struct TensorEvaluator<Scalar: InferenceScalar> {
  typealias Value = TensorValue<Scalar>
  typealias Values = DenseArray<Scalar>

  /// Has the weights, the threads and the name of the layer.
  let host: LayerEvaluator<Scalar>
  private let operation: TensorOperation
  /// nil for those that are absent.
  private let operands: [Value?]

  /// - Throws: `EvaluationError` for an operand that is missing, or what reading a weight throws.
  init(_ operation: TensorOperation, _ inputs: [Value], in host: LayerEvaluator<Scalar>) throws {
    self.host = host
    self.operation = operation
    operands = try operation.operands.enumerated().map { position, operand in
      switch operand {
      case .absent: return nil
      case .weight: return try host.weightValue(.operand(position))
      case .tensor(let number):
        guard inputs.indices.contains(number) else { throw host.shape("its input \(number) is missing") }
        return inputs[number]
      }
    }
  }

  /// As many results as the operation has.
  ///
  /// - Throws: `EvaluationError` for operands that do not fit, or what reading a weight throws.
  func results() throws -> [Value] {
    let results = try computed()
    guard results.count >= operation.outputCount else {
      throw shape("it has \(results.count) results and not \(operation.outputCount)")
    }
    return Array(results.prefix(operation.outputCount))
  }

  private func computed() throws -> [Value] {
    switch operation.kind {
    case .constant, .layer, .shape, .size, .cast, .castLike, .constantOfShape, .range, .oneHot, .eyeLike:
      return [try created(operation.kind)]
    case .reshape, .squeeze, .unsqueeze, .expand, .tile, .slice, .concatenate, .pad, .triangle, .depthToSpace,
      .spaceToDepth:
      return [try moved(operation.kind)]
    case .gather, .gatherElements, .gatherND, .scatterElements, .scatterND:
      return [try indexed(operation.kind)]
    case .split(let axis): return try split(axis: axis)
    case .resize(let resizing): return [try resized(resizing)]
    case .select, .clip, .sum, .mean, .maximum, .minimum, .isInfinite, .parametricReLU:
      return [try combined(operation.kind)]
    case .reduce, .argument, .cumulativeSum, .nonZero: return [try reduced(operation.kind)]
    case .topElements(let axis, let areLargest, _):
      return try topElements(axis: axis, areLargest: areLargest)
    case .maximumPooling(let pooling, let isFirstAxisFastest):
      return try maxima(pooling, isFirstAxisFastest: isFirstAxisFastest)
    case .matrixProduct, .generalProduct, .einsum: return [try product(operation.kind)]
    case .layerNormalization, .rootMeanSquareNormalization, .instanceNormalization, .groupNormalization,
      .localResponseNormalization, .normNormalization, .meanVarianceNormalization:
      return try normalized(operation.kind)
    case .trainingNormalization(let epsilon, let momentum):
      return try trainingNormalized(epsilon: Double(epsilon), momentum: Double(momentum))
    case .recurrence(let recurrence): return try run(recurrence)
    case .conditional:
      guard let condition = try optionalInteger(0) else { throw shape("its condition is missing") }
      return try (0..<outputCount).map { try operand(1 + $0 + (condition != 0 ? 0 : outputCount)) }
    }
  }
}

// MARK: - Operands

extension TensorEvaluator {
  var operandCount: Int { operands.count }
  var outputCount: Int { operation.outputCount }

  func shape(_ what: String) -> EvaluationError { host.shape(what) }

  /// An operand that has to be there.
  func operand(_ position: Int) throws -> Value {
    guard let value = optional(position) else { throw shape("its operand \(position) is missing") }
    return value
  }

  func optional(_ position: Int) -> Value? { operands.indices.contains(position) ? operands[position] : nil }

  /// All of the operands, each of which has to be there.
  func allOperands() throws -> [Value] {
    guard !operands.isEmpty else { throw shape("it has no operand") }
    return try operands.indices.map { try operand($0) }
  }

  func numbers(_ position: Int) throws -> Values { try operand(position).numbers }

  /// Integers of an operand of any shape; nil where it is absent.
  func optionalIntegers(_ position: Int) throws -> [Int]? {
    try optional(position).map { value in
      guard let array = value.integers else {
        throw shape("its operand \(position) has numbers that are not integers")
      }
      return array.values.map { Int($0) }
    }
  }

  func integers(_ position: Int) throws -> [Int] {
    guard let values = try optionalIntegers(position) else {
      throw shape("its operand \(position) is missing")
    }
    return values
  }

  /// The only integer of an operand; nil where it is absent.
  func optionalInteger(_ position: Int) throws -> Int? {
    guard let values = try optionalIntegers(position) else { return nil }
    guard values.count == 1 else {
      throw shape("its operand \(position) has \(values.count) elements, not 1")
    }
    return values[0]
  }

  /// An axis from the front.
  func place(_ axis: Int, rank: Int) throws -> Int {
    guard (-rank..<max(rank, 0)).contains(axis) else {
      throw shape("there is no axis \(axis) of \(rank)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Axes from the front, each at most once.
  func places(_ axes: [Int], rank: Int) throws -> [Int] {
    let places = try axes.map { try place($0, rank: rank) }
    guard Set(places).count == places.count else { throw shape("its axes \(axes) have one twice") }
    return places
  }

  /// The shape that operands repeat to.
  func broadcastShape(_ shapes: [Shape]) throws -> Shape {
    var result: Shape = []
    for shape in shapes {
      guard let broadcast = Broadcast(result, shape) else {
        throw self.shape(
          "its operands have the shapes \(shapes.map { describe($0) }.joined(separator: ", "))")
      }
      result = broadcast.shape
    }
    try host.checkSize(result)
    return result
  }
}
