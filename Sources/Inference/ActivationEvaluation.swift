import ModelGraph
import RealModule

extension ElementwiseStep {
  /// The steps of an activation; nil for one that is not elementwise or not run.
  ///
  /// Source: keras/src/activations/activations.py.
  static func steps(of activation: Activation) -> [ElementwiseStep]? {
    if activation == .linear { return [] }
    return step(of: activation).map { [$0] }
  }

  private static func step(of activation: Activation) -> ElementwiseStep? {
    switch activation {
    case .relu(let settings): return rectified(settings)
    case .elu(let alpha):
      let alpha = Scalar(alpha)
      return mapped { $0 > 0 ? $0 : alpha * .expMinusOne($0) }
    case .selu:
      let alpha = Scalar(1.6732632423543772)
      let scale = Scalar(1.0507009873554805)
      return mapped { scale * ($0 > 0 ? $0 : alpha * .expMinusOne($0)) }
    case .sigmoid: return .sigmoid(multiplies: false)
    case .tanh: return mapped { .tanh($0) }
    case .softplus: return mapped { softplus($0) }
    case .softsign: return mapped { $0 / (1 + abs($0)) }
    case .exponential: return mapped { .exp($0) }
    case .hardSigmoid2: return mapped { ($0 / 5 + 1 / 2).clipped(from: 0, to: 1) }
    case .hardSigmoid3: return mapped { ($0 + 3).clipped(from: 0, to: 6) / 6 }
    case .hardSigmoid(let slope, let offset):
      let (slope, offset) = (Scalar(slope), Scalar(offset))
      return mapped { ($0 * slope + offset).clipped(from: 0, to: 1) }
    case .scaledELU(let alpha, let scale):
      let (alpha, scale) = (Scalar(alpha), Scalar(scale))
      return mapped { scale * ($0 > 0 ? $0 : alpha * .expMinusOne($0)) }
    case .swish: return .sigmoid(multiplies: true)
    case .hardSwish: return mapped { $0 * (($0 + 3).clipped(from: 0, to: 6) / 6) }
    case .gelu(let approximate):
      if approximate {
        let factor = Scalar.sqrt(2 / .pi)
        return mapped { x in
          x / 2 * (1 + .tanh(factor * (x + Scalar(0.044715) * x * x * x)))
        }
      }
      let root = Scalar.sqrt(2)
      return mapped { $0 / 2 * (1 + .erf($0 / root)) }
    case .mish: return mapped { $0 * .tanh(softplus($0)) }
    case .celu(let alpha):
      let alpha = Scalar(alpha)
      return mapped { $0 > 0 ? $0 : alpha * .expMinusOne($0 / alpha) }
    case .hardTanh: return mapped { $0.clipped(from: -1, to: 1) }
    case .hardShrink(let threshold):
      let threshold = Scalar(threshold)
      return mapped { abs($0) > threshold ? $0 : 0 }
    case .softShrink(let threshold):
      let threshold = Scalar(threshold)
      return mapped { $0 > threshold ? $0 - threshold : $0 < -threshold ? $0 + threshold : 0 }
    case .tanhShrink: return mapped { $0 - .tanh($0) }
    case .squareplus(let b):
      let b = Scalar(b)
      return mapped { ($0 + .sqrt($0 * $0 + b)) / 2 }
    case .sparsePlus: return mapped { $0 <= -1 ? 0 : $0 < 1 ? ($0 + 1) * ($0 + 1) / 4 : $0 }
    case .sparseSigmoid: return mapped { (($0 + 1) / 2).clipped(from: 0, to: 1) }
    case .logSigmoid: return mapped { -softplus(-$0) }
    case .linear, .softmax, .logSoftmax, .other: return nil
    }
  }

  @inline(__always)
  private static func mapped(_ function: @escaping @Sendable (Scalar) -> Scalar) -> ElementwiseStep {
    .function { elements in
      for index in elements.indices { elements[index] = function(elements[index]) }
    }
  }

  private static func softplus(_ x: Scalar) -> Scalar { x.positivePart + .log(onePlus: .exp(-abs(x))) }

  /// Source: keras/src/activations/activations.py `ReLU.static_call`.
  private static func rectified(_ settings: RectifiedLinear) -> ElementwiseStep {
    let slope = Scalar(settings.negativeSlope)
    let threshold = Scalar(settings.threshold)
    let ceiling = settings.maxValue.map { Scalar($0) } ?? .infinity
    if slope == 0, threshold == 0 { return .rectification(ceiling: ceiling) }
    return mapped { x in
      // As in Keras 3, a threshold makes 0 of what is not a number, unless there is a slope.
      let high = x > threshold ? min(x, ceiling) : 0
      return slope == 0 ? high : high - slope * (threshold - x).positivePart
    }
  }
}

extension DenseArray {
  /// Applies an activation; nil for one that bnfold does not run.
  func applying(_ activation: Activation, sharing: WorkSharing = .none) -> DenseArray? {
    switch activation {
    case .softmax(let axes): return softmax(axes: axes, isLogarithm: false)
    case .logSoftmax(let axes): return softmax(axes: axes, isLogarithm: true)
    default:
      return ElementwiseStep.steps(of: activation).map {
        applying(ElementwiseTail(steps: $0), sharing: sharing)
      }
    }
  }

  func mapped(_ function: (Scalar) -> Scalar) -> DenseArray {
    DenseArray(shape: shape, values: values.map(function))
  }

  private func softmax(axes: [Int], isLogarithm: Bool) -> DenseArray? {
    overAxes(axes) { values in
      let largest = values.reduce(-Scalar.infinity) { .larger($0, $1) }
      let sum = values.reduce(Scalar(0)) { $0 + .exp($1 - largest) }
      for index in values.indices {
        let shifted = values[index] - largest
        values[index] = isLogarithm ? shifted - .log(sum) : .exp(shifted) / sum
      }
    }
  }
}
