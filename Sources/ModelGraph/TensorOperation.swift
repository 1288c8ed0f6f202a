import Elements

/// An operator and where each of its operands comes from, in the order in which the operator has them.
public struct TensorOperation: Sendable, Hashable {
  public var kind: TensorOperator
  public var operands: [Operand]
  /// How many results a call has.
  public var outputCount: Int

  /// Where an operand comes from.
  public enum Operand: Sendable, Hashable {
    /// An input of the call, by its number.
    case tensor(Int)
    /// A weight of the layer, with the role of the operand at this position, and its shape.
    case weight(Shape)
    /// An operand that may be absent, and is.
    case absent
  }

  public init(_ kind: TensorOperator, operands: [Operand], outputCount: Int = 1) {
    self.kind = kind
    self.operands = operands
    self.outputCount = outputCount
  }
}

extension TensorOperation {
  /// The shape of the first result; nil where it cannot be derived from the shapes of the inputs alone.
  public func outputShape(inputs: [PartialShape?]) -> PartialShape? {
    let shapes = operands.map { operand -> PartialShape? in
      switch operand {
      case .tensor(let number): inputs.indices.contains(number) ? inputs[number] : nil
      case .weight(let shape): shape.map { $0 }
      case .absent: nil
      }
    }
    return kind.outputShape(operands: shapes)
  }
}
