import Elements
import ModelGraph

/// Operators whose results are new elements.
///
/// Source: ONNX operator specification, Shape, Size, Cast, ConstantOfShape, Range, OneHot and EyeLike.
extension TensorEvaluator {
  func created(_ kind: TensorOperator) throws -> Value {
    switch kind {
    case .constant: return try operand(0)
    case .layer(let operation, let weights): return try result(of: operation, weights: weights)
    case .shape(let start, let end):
      let sizes = try operand(0).shape
      let positions = TensorFunction.positions(of: start, end, 1, size: sizes.count)
      let values = positions.all.map { Int64(sizes[$0]) }
      return .integers(IntegerArray(shape: [values.count], values: values))
    case .size: return .integers(IntegerArray(try operand(0).shape.elementCount))
    case .cast(let type): return try cast(operand(0), to: type)
    case .castLike:
      switch try operand(1) {
      case .integers(let array): return try cast(operand(0), to: array.type)
      case .numbers: return .numbers(try numbers(0))
      }
    case .constantOfShape(let type, let bits): return try filled(type, bits: bits)
    case .range: return try range()
    case .oneHot(let axis): return try oneHot(axis: axis)
    case .eyeLike(let type, let diagonal): return try diagonalOnes(type, diagonal: diagonal)
    default: preconditionFailure("not an operator that creates")
    }
  }

  private func filled(_ type: ElementType, bits: UInt64) throws -> Value {
    let sizes = try integers(0)
    guard sizes.allSatisfy({ $0 >= 0 }) else { throw shape("it wants the shape \(sizes)") }
    try host.checkSize(sizes)
    if type.isExact {
      let value = type.wrapped(Int64(bitPattern: bits))
      return .integers(
        IntegerArray(
          shape: sizes, values: [Int64](repeating: value, count: sizes.elementCount), type: type))
    }
    guard let value = type.number(bits: bits) else {
      throw EvaluationError(.notRun("elements of type \(type) are not computed with"), layer: host.layer.name)
    }
    return .numbers(Values(repeating: Scalar(value), shape: sizes))
  }

  private func range() throws -> Value {
    let ends = try (0..<3).map { try operand($0) }
    guard ends.allSatisfy({ $0.shape.elementCount == 1 }) else { throw shape("its operands are not scalars") }
    if case .integers(let array) = ends[0] {
      let values = try (0..<3).map { try integers($0)[0] }
      guard values[2] != 0 else { throw shape("its step is 0") }
      let (span, overflow) = values[1].subtractingReportingOverflow(values[0])
      guard !overflow else { throw shape("its limits \(values) are too far apart") }
      // The lowest number has no opposite.
      let steps =
        span == 0 || (span < 0) != (values[2] < 0)
        ? 0 : Int(clamping: (span.magnitude - 1) / values[2].magnitude + 1)
      try host.checkSize([steps])
      let results = (0..<steps).map { Int64(values[0] + $0 * values[2]) }
      return .integers(IntegerArray(shape: [steps], values: results, type: array.type))
    }
    let values = ends.map { Double($0.numbers.values[0]) }
    let steps = ((values[1] - values[0]) / values[2]).rounded(.up)
    guard steps.isFinite, steps < 0x1p40 else { throw shape("its limits are \(values)") }
    let count = Int(max(0, steps))
    try host.checkSize([count])
    let (first, step) = (ends[0].numbers.values[0], ends[2].numbers.values[0])
    return .numbers(Values(shape: [count], values: (0..<count).map { first + Scalar($0) * step }))
  }

  private func oneHot(axis: Int) throws -> Value {
    guard let depth = try optionalInteger(1), depth > 0 else { throw shape("its depth is not positive") }
    let pair = try operand(2)
    guard pair.shape.elementCount == 2 else {
      throw shape("its values are \(pair.shape.elementCount), not 2")
    }
    let indices = try operand(0)
    let place = try place(axis, rank: indices.rank + 1)
    var result = indices.shape
    result.insert(depth, at: place)
    try host.checkSize(result)
    let inner = indices.shape[place...].reduce(1, *)
    var choices = [Int](repeating: 0, count: result.elementCount)
    for (number, index) in try integers(0).enumerated() where (-depth..<depth).contains(index) {
      let position = index < 0 ? index + depth : index
      choices[((number / max(1, inner)) * depth + position) * inner + number % max(1, inner)] = 1
    }
    return pair.reshaped([2]).taking(runsFrom: choices, length: 1, shape: result)
  }

  private func diagonalOnes(_ type: ElementType?, diagonal: Int) throws -> Value {
    let model = try operand(0)
    guard model.rank == 2 else { throw shape("its operand has \(model.rank) axes, not 2") }
    let (rows, columns) = (model.shape[0], model.shape[1])
    var values = [Int64](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      let (column, overflow) = row.addingReportingOverflow(diagonal)
      if !overflow, (0..<columns).contains(column) { values[row * columns + column] = 1 }
    }
    let ones = IntegerArray(shape: model.shape, values: values)
    return try cast(.integers(ones), to: type ?? model.exact?.type ?? .float64)
  }

  /// A layer whose weights are the operands after the first one.
  private func result(of operation: Operation, weights roles: [Role]) throws -> Value {
    var layer = Layer(name: host.layer.name, className: host.layer.className, operation: operation)
    layer.variables = roles.enumerated().compactMap { position, role in
      guard let weight = optional(position + 1)?.numbers else { return nil }
      return Variable(
        role: role, isTrainable: true, name: host.layer.name, shape: weight.shape, elementType: .float64,
        value: .computed(weight.values.map { Double($0) }))
    }
    return try LayerEvaluator(
      layer: layer, weights: host.weights, sharing: host.sharing, isOperator: host.isOperator
    ).evaluate([operand(0)]).values[0]
  }
}

extension ElementType {
  /// The number with these bits; nil for a type that is not computed with.
  fileprivate func number(bits: UInt64) -> Double? {
    switch self {
    case .float16: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case .bfloat16: Double(BFloat16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case .float32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .float64: Double(bitPattern: bits)
    case .integer, .boolean, .other: nil
    }
  }
}
