/// What messages call things; a value of Swift is in none of them.
extension Activation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .linear: "linear"
    case .relu(let relu): relu.description
    case .elu: "ELU"
    case .selu: "SELU"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .softplus: "softplus"
    case .softsign: "softsign"
    case .exponential: "exponential"
    case .hardSigmoid2, .hardSigmoid3, .hardSigmoid: "hard sigmoid"
    case .scaledELU: "scaled ELU"
    case .swish: "swish"
    case .hardSwish: "hard swish"
    case .gelu: "GELU"
    case .mish: "mish"
    case .celu: "CELU"
    case .hardTanh: "hard tanh"
    case .hardShrink: "hard shrink"
    case .softShrink: "soft shrink"
    case .tanhShrink: "tanh shrink"
    case .squareplus: "squareplus"
    case .sparsePlus: "sparse plus"
    case .sparseSigmoid: "sparse sigmoid"
    case .logSigmoid: "log sigmoid"
    case .softmax: "softmax"
    case .logSoftmax: "log softmax"
    case .other(let name): name.description
    }
  }
}

extension RectifiedLinear: CustomStringConvertible {
  public var description: String {
    let name = negativeSlope == 0 ? "ReLU" : "leaky ReLU of slope \(negativeSlope)"
    let above = threshold == 0 ? "" : " above \(threshold)"
    return name + above + (maxValue.map { " up to \($0)" } ?? "")
  }
}
