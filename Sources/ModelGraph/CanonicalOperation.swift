extension Operation {
  /// The layer that a function in the graph computes the same as, where there is one; otherwise the operation itself.
  ///
  /// `x + y` in the code of a network is a function and not the layer Add; for rewrites they are one.
  public var canonical: Operation {
    guard case .function(let function) = self else { return self }
    switch function {
    case .combination(let combination, .tensor(0), .tensor(1)): return combination.merge ?? self
    case .combination(let combination, .tensor(1), .tensor(0)) where combination != .subtract:
      return combination.merge ?? self
    case .combination(let combination, .tensor(0), .number(let number)):
      return combination.rescaling(by: number, isFirst: false) ?? self
    case .combination(let combination, .number(let number), .tensor(0)):
      return combination.rescaling(by: number, isFirst: true) ?? self
    default: return self
    }
  }
}

extension Layer {
  /// The layer with its canonical operation.
  public var canonical: Layer {
    var layer = self
    layer.operation = operation.canonical
    return layer
  }
}

extension TensorFunction.Combination {
  /// The layer that combines two tensors in this way.
  fileprivate var merge: Operation? {
    switch self {
    case .add: .merge(.add)
    case .subtract: .merge(.subtract)
    case .multiply: .merge(.multiply)
    case .maximum: .merge(.maximum)
    case .minimum: .merge(.minimum)
    default: nil
    }
  }

  /// The layer that combines a tensor with a number in this way.
  ///
  /// - Parameter isFirst: whether the number stands before the tensor.
  fileprivate func rescaling(by number: Double, isFirst: Bool) -> Operation? {
    switch self {
    case .add: .rescaling(scale: [1], offset: [number])
    case .multiply: .rescaling(scale: [number], offset: [0])
    case .subtract where isFirst: .rescaling(scale: [-1], offset: [number])
    case .subtract: .rescaling(scale: [1], offset: [-number])
    case .divide where !isFirst && number != 0: .rescaling(scale: [1 / number], offset: [0])
    default: nil
    }
  }
}
