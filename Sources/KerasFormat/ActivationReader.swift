import Bytes
import LosslessJSON
import ModelGraph

extension LayerConfiguration {
  /// An activation: a name, null for none, or a serialised object.
  ///
  /// - Throws: `NotUnderstood` for a layer in its place that may have weights, which stand among those of the layer itself.
  mutating func activation(_ key: ByteString = "activation") throws(NotUnderstood) -> Activation {
    guard let value = take(key), !value.isNull, !ignoresActivation else { return .linear }
    if let name = value.string { return Activation(kerasName: name, generation: generation) }
    // tf_keras and Keras 3 serialise functions as {"class_name": "function", "config": "relu"}.
    if value["class_name"]?.string == "function", value["registered_name"]?.string == nil,
      let name = value["config"]?.string
    {
      return Activation(kerasName: name, generation: generation)
    }
    guard let className = value["class_name"]?.string, let configuration = value["config"],
      configuration.members != nil
    else { return .other("a serialised object") }
    var reader = LayerConfiguration(configuration, generation: generation)
    guard GraphReader.foreignModule(of: value) == nil,
      case .activation(let activation)? = try reader.readActivationLayer(className),
      reader.unknownAttribute == nil
    else { throw NotUnderstood(.activationLayer(className: className)) }
    return activation
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
      case "celu": .celu(alpha: 1)
      case "hard_tanh": .hardTanh
      case "hard_shrink": .hardShrink(threshold: 0.5)
      case "soft_shrink": .softShrink(threshold: 0.5)
      case "tanh_shrink": .tanhShrink
      case "squareplus": .squareplus(b: 4)
      case "sparse_plus": .sparsePlus
      case "sparse_sigmoid": .sparseSigmoid
      case "log_sigmoid": .logSigmoid
      case "softmax": .softmax(axes: [-1])
      case "log_softmax": .logSoftmax(axes: [-1])
      default: .other(name)
      }
  }
}
