import Bytes

/// A function that is applied to each element, or to each vector along an axis.
///
/// Source: keras/src/activations/activations.py.
public enum Activation: Sendable, Hashable {
  case linear
  case relu(RectifiedLinear)
  /// alpha * (exp(x) - 1) for negative x.
  case elu(alpha: Double)
  case selu
  case sigmoid, tanh, softplus, softsign, exponential
  /// clip(0.2 x + 0.5, 0, 1): Keras 1 and 2.
  case hardSigmoid2
  /// relu6(x + 3) / 6: Keras 3.
  case hardSigmoid3
  /// clip(slope * x + offset, 0, 1): ONNX.
  case hardSigmoid(slope: Double, offset: Double)
  /// scale * x, and scale * alpha * (exp(x) - 1) for negative x: SELU with other numbers.
  case scaledELU(alpha: Double, scale: Double)
  /// x * sigmoid(x), also called SiLU.
  case swish
  /// x * relu6(x + 3) / 6.
  case hardSwish
  /// x * Phi(x), exact by the error function or by its tanh approximation.
  case gelu(approximate: Bool)
  /// x * tanh(softplus(x)).
  case mish
  /// alpha * (exp(x / alpha) - 1) for negative x.
  case celu(alpha: Double)
  /// clip(x, -1, 1).
  case hardTanh
  /// x where |x| exceeds the threshold, elsewhere 0.
  case hardShrink(threshold: Double)
  /// x moved towards 0 by the threshold, at most to 0.
  case softShrink(threshold: Double)
  /// x - tanh(x).
  case tanhShrink
  /// (x + sqrt(x^2 + b)) / 2.
  case squareplus(b: Double)
  /// 0 up to -1, x from 1 on, (x + 1)^2 / 4 between.
  case sparsePlus
  /// clip((x + 1) / 2, 0, 1).
  case sparseSigmoid
  /// log(sigmoid(x)).
  case logSigmoid
  /// Over all of the axes together.
  case softmax(axes: [Int])
  case logSoftmax(axes: [Int])
  /// One that bnfold does not run.
  case other(ByteString)
}

/// max(x, 0) with the variations that Keras knows.
///
/// Above the threshold: x, at most `maxValue`; elsewhere: negativeSlope * (x - threshold).
public struct RectifiedLinear: Sendable, Hashable {
  public var negativeSlope: Double
  public var maxValue: Double?
  public var threshold: Double

  public init(negativeSlope: Double = 0, maxValue: Double? = nil, threshold: Double = 0) {
    self.negativeSlope = negativeSlope
    self.maxValue = maxValue
    self.threshold = threshold
  }
}

extension Activation {
  /// Whether differences of the input can vanish in the output: then the input is compared as well.
  public var saturates: Bool {
    switch self {
    case .linear, .softmax, .logSoftmax: self != .linear
    case .sigmoid, .tanh, .hardSigmoid2, .hardSigmoid3, .hardSigmoid, .softsign, .hardTanh, .sparseSigmoid:
      true
    default: false
    }
  }
}
