import LosslessJSON
import ModelGraph
import Tensor

extension LayerConfiguration {
  /// The attribute `activation`: a name, null for none, or a serialised object.
  mutating func activation() -> Activation {
    guard let value = take("activation"), !value.isNull else { return .linear }
    if let name = value.string { return Activation(kerasName: name, generation: generation) }
    // tf_keras and Keras 3 serialise functions as {"class_name": "function", "config": "relu"}.
    if value["class_name"]?.string == "function", value["registered_name"]?.string == nil,
      let name = value["config"]?.string
    {
      return Activation(kerasName: name, generation: generation)
    }
    return .other("a serialised object")
  }
}

extension Activation {
  /// The activation that Keras means by a name.
  ///
  /// Source: keras/src/activations/__init__.py; `hard_sigmoid` changed its formula in Keras 3.
  init(kerasName name: ByteString, generation: KerasGeneration) {
    self =
      switch name {
      case "linear": .linear
      case "relu": .relu(RectifiedLinear())
      case "relu6": .relu(RectifiedLinear(maxValue: 6))
      case "leaky_relu": .relu(RectifiedLinear(negativeSlope: 0.2))
      case "elu": .elu(alpha: 1)
      case "selu": .selu
      case "sigmoid": .sigmoid
      case "tanh": .tanh
      case "softplus": .softplus
      case "softsign": .softsign
      case "exponential": .exponential
      case "hard_sigmoid": generation == .keras3 ? .hardSigmoid3 : .hardSigmoid2
      case "swish", "silu": .swish
      case "hard_swish", "hard_silu": .hardSwish
      case "gelu": .gelu(approximate: false)
      case "mish": .mish
      case "softmax": .softmax(axis: -1)
      case "log_softmax": .logSoftmax(axis: -1)
      default: .other(name)
      }
  }
}
