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

extension Operation {
  /// Whether it reads no more of its inputs than their sizes, whatever the values are.
  public var readsOnlySizes: Bool {
    guard case .tensor(let operation) = self else { return false }
    switch operation.kind {
    case .shape, .size: return true
    default: return false
    }
  }
}

extension TensorOperation {
  /// The shape of the first result; nil where it cannot be derived from the shapes of the inputs alone.
  public func outputShape(inputs: [PartialShape?]) -> PartialShape? { outputShapes(inputs: inputs)[0] }

  /// The shapes of all results; nil where they cannot be derived from the shapes of the inputs alone.
  public func outputShapes(inputs: [PartialShape?]) -> [PartialShape?] {
    let shapes = operands.map { operand -> PartialShape? in
      switch operand {
      case .tensor(let number): inputs.indices.contains(number) ? inputs[number] : nil
      case .weight(let shape): shape.map { $0 }
      case .absent: nil
      }
    }
    return outputShapes(operands: shapes, values: operands.map { _ in nil })
  }

  /// The shapes of all results; nil where they cannot be derived.
  ///
  /// - Parameters:
  ///   - shapes: of the operands; nil for those that are absent or unknown.
  ///   - values: elements of those that are integers and known, in row-major order.
  public func outputShapes(operands shapes: [PartialShape?], values: [[Int64]?]) -> [PartialShape?] {
    kind.outputShapes(
      operands: shapes, values: values, absent: Set(operands.indices.filter { operands[$0] == .absent }),
      count: outputCount)
  }
}
