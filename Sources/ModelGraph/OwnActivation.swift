extension Operation {
  /// The activation that the layer itself ends in; nil for layers that have none.
  public var ownActivation: Activation? {
    switch self {
    case .dense(let dense): dense.activation
    case .convolution(let convolution): convolution.activation
    case .einsumDense(let einsum): einsum.activation
    default: nil
    }
  }

  /// The operation with another activation at its end; one that has none stays as it is.
  public func with(activation: Activation) -> Operation {
    switch self {
    case .dense(var dense):
      dense.activation = activation
      return .dense(dense)
    case .convolution(var convolution):
      convolution.activation = activation
      return .convolution(convolution)
    case .einsumDense(var einsum):
      einsum.activation = activation
      return .einsumDense(einsum)
    default: return self
    }
  }
}

extension Layer {
  /// The layer, wrapped or not, with another activation at its end.
  public func with(activation: Activation) -> Layer {
    var layer = self
    layer.core.operation = core.operation.with(activation: activation)
    return layer
  }
}

extension Operation {
  /// Whether it applies an activation that bnfold does not run.
  public var hasUnknownActivation: Bool {
    switch self {
    case .activation(let activation): activation.isUnknown
    case .recurrent(let recurrent): recurrent.hasUnknownActivation
    case .bidirectional(let both): both.forward.hasUnknownActivation || both.backward.hasUnknownActivation
    default: ownActivation?.isUnknown ?? false
    }
  }
}

extension Recurrent {
  fileprivate var hasUnknownActivation: Bool { activation.isUnknown || recurrentActivation.isUnknown }
}

extension Activation {
  fileprivate var isUnknown: Bool { if case .other = self { true } else { false } }
}
