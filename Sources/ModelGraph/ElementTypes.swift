import Elements

extension Operation {
  /// The element types of all results in a graph of operators; nil for those that are not known.
  ///
  /// - Parameters:
  ///   - inputs: the types of the tensors that a call reads.
  ///   - variables: the weights of the layer.
  public func outputTypes(inputs: [ElementType?], variables: [Variable]) -> [ElementType?] {
    let first = inputs.first ?? nil
    switch self {
    case .opaque, .model, .timeDistributed, .recurrent, .bidirectional, .attention: return []
    case .tensor(let operation): return operation.outputTypes(inputs: inputs, variables: variables)
    case .function(.elementwise(let function)) where function.givesTruth: return [.boolean]
    case .function(.combination(let combination, _, _)) where combination.givesTruth: return [.boolean]
    default: return [first ?? variables.first { $0.elementType.isFloatingPoint }?.elementType]
    }
  }
}

extension TensorFunction.Combination {
  /// Whether the result is truth values.
  public var givesTruth: Bool {
    switch self {
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .exclusiveOr: true
    case .add, .subtract, .multiply, .divide, .maximum, .minimum, .power, .remainder: false
    }
  }
}

extension TensorFunction.ElementFunction {
  /// Whether the result is truth values.
  public var givesTruth: Bool { self == .not || self == .isNotANumber }
}

extension TensorOperation {
  fileprivate func outputTypes(inputs: [ElementType?], variables: [Variable]) -> [ElementType?] {
    func type(_ position: Int) -> ElementType? {
      guard operands.indices.contains(position) else { return nil }
      switch operands[position] {
      case .tensor(let number): return inputs.indices.contains(number) ? inputs[number] : nil
      case .weight: return variables.first { $0.role == .operand(position) }?.elementType
      case .absent: return nil
      }
    }
    let int64 = ElementType.integer(bits: 64, isSigned: true)
    switch kind {
    case .shape, .size, .argument, .nonZero: return [int64]
    case .topElements, .maximumPooling: return [type(0), int64]
    case .isInfinite: return [.boolean]
    case .cast(let target), .constantOfShape(let target, _): return [target]
    case .castLike, .select: return [type(1)]
    case .oneHot: return [type(2)]
    case .eyeLike(let target, _): return [target ?? type(0)]
    case .conditional:
      return (0..<outputCount).map { type(1 + $0) == type(1 + outputCount + $0) ? type(1 + $0) : nil }
    case .split, .recurrence, .trainingNormalization:
      return [ElementType?](repeating: type(0), count: outputCount)
    default: return [type(0)]
    }
  }
}
