import Bytes
import Elements
import Inference
import ModelGraph

extension GraphReader {
  /// What is known of the results of a layer: their shapes, and their elements where no input changes them.
  mutating func results(of layer: Layer, _ inputs: [NodeReading.Operand]) -> [KnownTensor] {
    let shapes = shapes(of: layer.operation, inputs, layer.variables ?? [])
    var results = shapes.map { KnownTensor(shape: $0) }
    if results.count == 1 { results[0].sizes = PartialSizes(layer, inputs, known: weightIntegers).result }
    if let constants = constants(of: layer, inputs, shapes) {
      for (number, constant) in constants.enumerated() where number < results.count {
        results[number] = known(constant)
      }
    }
    return results
  }

  private func shapes(
    of operation: Operation, _ inputs: [NodeReading.Operand], _ variables: [Variable]
  ) -> [PartialShape?] {
    guard case .tensor(let operation) = operation else {
      return operation.outputShapes(inputs: inputs.map(\.shape))
    }
    if case .reshape(let allowsZero) = operation.kind, operation.operands == [.tensor(0), .tensor(1)],
      inputs[1].integers == nil, let sizes = inputs[1].sizes
    {
      return [PartialSizes.reshaped(inputs[0].shape, to: sizes, allowsZero: allowsZero)]
    }
    var (shapes, values): ([PartialShape?], [[Int64]?]) = ([], [])
    for (position, operand) in operation.operands.enumerated() {
      switch operand {
      case .tensor(let number):
        shapes.append(inputs[number].shape)
        values.append(inputs[number].integers)
      case .weight(let shape):
        shapes.append(shape.map { $0 })
        values.append(
          variables.first { $0.role == .operand(position) }.flatMap(weightIntegers))
      case .absent:
        shapes.append(nil)
        values.append(nil)
      }
    }
    return operation.outputShapes(operands: shapes, values: values)
  }

  /// The elements of a weight of few integers; nil for others.
  private func weightIntegers(_ variable: Variable) -> [Int64]? {
    guard case .stored(let number) = variable.value else { return nil }
    return known(
      ConstantTable.Constant(number: number, shape: variable.shape, elementType: variable.elementType)
    ).integers
  }

  // MARK: - Constants

  private mutating func constants(
    of layer: Layer, _ inputs: [NodeReading.Operand], _ shapes: [PartialShape?]
  ) -> [ConstantTable.Constant]? {
    if let sizes = sizes(layer.operation, inputs) {
      return [table.add(integers: sizes.values, shape: sizes.shape)]
    }
    guard inputs.allSatisfy({ $0.constant != nil }) else { return nil }
    if let moved = movedConstant(layer, inputs, shape: shapes.first ?? nil) { return [moved] }
    guard !layer.isOpaque else { return nil }
    let operands = inputs.compactMap { $0.constant?.shape } + (layer.variables ?? []).map(\.shape)
    let results = shapes.compactMap { shape in
      shape.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
    }
    guard !results.isEmpty, results.count == shapes.count,
      budget.take(layer.operation, operands: operands, results: results)
    else { return nil }
    return computed(layer, inputs)
  }

  /// The sizes of a tensor whose shape is known, though its elements are not.
  private func sizes(
    _ operation: Operation, _ inputs: [NodeReading.Operand]
  ) -> (values: [Int64], shape: Shape)? {
    guard case .tensor(let operation) = operation, operation.operands == [.tensor(0)],
      let shape = inputs.first?.shape, !shape.contains(nil)
    else { return nil }
    let sizes = shape.compactMap { $0 }
    switch operation.kind {
    case .shape(let start, let end):
      let places = TensorFunction.positions(of: start, end, 1, size: sizes.count)
      return (places.all.map { Int64(sizes[$0]) }, [places.count])
    case .size: return sizes.checkedElementCount.map { ([Int64($0)], []) }
    default: return nil
    }
  }

  /// A constant with the elements of another one, in their order or with its axes in another order.
  private mutating func movedConstant(
    _ layer: Layer, _ inputs: [NodeReading.Operand], shape: PartialShape?
  ) -> ConstantTable.Constant? {
    guard let shape, !shape.contains(nil) else { return nil }
    let sizes = shape.compactMap { $0 }
    func seen(_ number: Int, _ type: ElementType) -> ConstantTable.Constant {
      ConstantTable.Constant(number: number, shape: sizes, elementType: type)
    }
    switch layer.operation {
    case .identity, .reshape:
      return inputs.first?.constant.flatMap {
        $0.shape.checkedElementCount == sizes.checkedElementCount ? seen($0.number, $0.elementType) : nil
      }
    case .transpose(let transposition):
      guard let constant = inputs.first?.constant, constant.elementType.byteCount != nil,
        let order = transposition.order(rank: constant.shape.count),
        let content = table.reordered(constant, by: order)
      else { return nil }
      return table.add(content, constant.elementType, shape: sizes)
    case .tensor(let operation):
      switch operation.kind {
      case .constant:
        guard let variable = layer.variables?.first, case .stored(let number) = variable.value else {
          return nil
        }
        return seen(number, variable.elementType)
      case .constantOfShape(let type, let bits):
        // All of its bytes are counted, too, wherever it is spoken of.
        guard (sizes + [type.byteCount ?? 1]).checkedElementCount != nil else { return nil }
        let element = (0..<(type.byteCount ?? 0)).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
        return table.add(.filled(element), type, shape: sizes)
      default: return nil
      }
    default: return nil
    }
  }

  /// The results of a layer that reads constants alone; nil where it is not run.
  private mutating func computed(
    _ layer: Layer, _ inputs: [NodeReading.Operand]
  ) -> [ConstantTable.Constant]? {
    let types = inputs.compactMap { $0.constant?.elementType } + (layer.variables ?? []).map(\.elementType)
    guard types.allSatisfy({ $0.byteCount != nil }) else { return nil }
    let type = layer.operation.floatingPointType(of: types)
    let store = ConstantStore(table, reader: reader)
    let constants = inputs.compactMap(\.constant)
    let results =
      type == .float64
      ? try? store.run(layer, on: constants, as: Double.self)
      : try? store.run(layer, on: constants, as: Float.self)
    return results?.map { result in
      switch result {
      case .numbers(let values, let shape):
        table.add(.computed(type.encode(values)), type, shape: shape)
      case .integers(let bytes, let integerType, let shape):
        table.add(.computed(bytes), integerType, shape: shape)
      }
    }
  }
}

extension Operation {
  /// The type of floating-point results: that of a cast, or the one that the operands have.
  fileprivate func floatingPointType(of types: [ElementType]) -> ElementType {
    if case .tensor(let operation) = self, case .cast(let type) = operation.kind, type.isFloatingPoint {
      return type
    }
    return types.first(where: \.isFloatingPoint) ?? .float32
  }
}
