import ModelGraph
import RealModule
import Tensor

extension DenseArray {
  /// Applies an activation; nil for one that bnfold does not run.
  ///
  /// Source: keras/src/activations/activations.py.
  func applying(_ activation: Activation, sharing: WorkSharing = .none) -> DenseArray? {
    func mapped(_ function: @Sendable (Scalar) -> Scalar) -> DenseArray {
      self.mapped(sharing: sharing, function)
    }
    switch activation {
    case .linear: return self
    case .relu(let settings): return rectified(settings, sharing)
    case .elu(let alpha):
      let alpha = Scalar(alpha)
      return mapped { $0 > 0 ? $0 : alpha * .expMinusOne($0) }
    case .selu:
      let alpha = Scalar(1.6732632423543772)
      let scale = Scalar(1.0507009873554805)
      return mapped { scale * ($0 > 0 ? $0 : alpha * .expMinusOne($0)) }
    case .sigmoid: return mapped(Self.sigmoid)
    case .tanh: return mapped { .tanh($0) }
    case .softplus: return mapped(Self.softplus)
    case .softsign: return mapped { $0 / (1 + abs($0)) }
    case .exponential: return mapped { .exp($0) }
    case .hardSigmoid2: return mapped { min(max($0 / 5 + 1 / 2, 0), 1) }
    case .hardSigmoid3: return mapped { min(max($0 + 3, 0), 6) / 6 }
    case .swish: return mapped { $0 * Self.sigmoid($0) }
    case .hardSwish: return mapped { $0 * (min(max($0 + 3, 0), 6) / 6) }
    case .gelu(let approximate):
      if approximate {
        let factor = Scalar.sqrt(2 / .pi)
        return mapped { x in
          x / 2 * (1 + .tanh(factor * (x + Scalar(0.044715) * x * x * x)))
        }
      }
      let root = Scalar.sqrt(2)
      return mapped { $0 / 2 * (1 + .erf($0 / root)) }
    case .mish: return mapped { $0 * .tanh(Self.softplus($0)) }
    case .celu(let alpha):
      let alpha = Scalar(alpha)
      return mapped { $0 > 0 ? $0 : alpha * .expMinusOne($0 / alpha) }
    case .hardTanh: return mapped { min(max($0, -1), 1) }
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
    case .sparseSigmoid: return mapped { min(max(($0 + 1) / 2, 0), 1) }
    case .logSigmoid: return mapped { -Self.softplus(-$0) }
    case .softmax(let axes): return softmax(axes: axes, isLogarithm: false)
    case .logSoftmax(let axes): return softmax(axes: axes, isLogarithm: true)
    case .other: return nil
    }
  }

  func mapped(sharing: WorkSharing = .none, _ function: @Sendable (Scalar) -> Scalar) -> DenseArray {
    let count = values.count
    let result = [Scalar](unsafeUninitializedCapacity: count) { target, initialized in
      values.withUnsafeBufferPointer { values in
        guard let source = values.baseAddress, let start = target.baseAddress else { return }
        let (from, to) = (SharedSource(start: source), SharedMemory(start: start))
        sharing.overRows(count, width: 1) { rows in
          for index in rows { (to.start + index).initialize(to: function(from.start[index])) }
        }
      }
      initialized = count
    }
    return DenseArray(shape: shape, values: result)
  }

  private static func sigmoid(_ x: Scalar) -> Scalar {
    // The exponential of a large positive number would overflow.
    x >= 0 ? 1 / (1 + .exp(-x)) : .exp(x) / (1 + .exp(x))
  }

  private static func softplus(_ x: Scalar) -> Scalar { max(x, 0) + .log(onePlus: .exp(-abs(x))) }

  private func rectified(_ settings: RectifiedLinear, _ sharing: WorkSharing) -> DenseArray {
    let slope = Scalar(settings.negativeSlope)
    let threshold = Scalar(settings.threshold)
    let ceiling = settings.maxValue.map { Scalar($0) } ?? .infinity
    if slope == 0, threshold == 0, ceiling == .infinity {
      return mapped(sharing: sharing) { $0 > 0 ? $0 : 0 }
    }
    return mapped(sharing: sharing) { $0 > threshold ? min($0, ceiling) : slope * ($0 - threshold) }
  }

  private func softmax(axes: [Int], isLogarithm: Bool) -> DenseArray? {
    overAxes(axes) { values in
      let largest = values.reduce(-Scalar.infinity) { max($0, $1) }
      let sum = values.reduce(Scalar(0)) { $0 + .exp($1 - largest) }
      for index in values.indices {
        let shifted = values[index] - largest
        values[index] = isLogarithm ? shifted - .log(sum) : .exp(shifted) / sum
      }
    }
  }
}
