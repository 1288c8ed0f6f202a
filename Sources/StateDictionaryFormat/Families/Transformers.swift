import Bytes
import LosslessJSON

extension ModelFamily {
  /// Convolutional networks of Hugging Face transformers; the `config.json` beside the weights may tell their epsilon.
  ///
  /// Source: `ResNetConvLayer` in transformers/models/resnet/modeling_resnet.py, and the same classes of RegNet, MobileNetV1,
  /// MobileNetV2 (without its head for segmentation, which has an epsilon of its own) and EfficientNet.
  static let transformers: [ModelFamily] = [
    family(
      "transformers-resnet", of: ["resnet", "regnet"], epsilon: .always(1e-5),
      parts: ["embedder", "encoder", "classifier"],
      ["embedder.embedder.convolution.weight", "encoder.stages.0.layers.0.layer.0.convolution.weight"],
      normalizing: ["normalization": "convolution"]),
    family(
      "transformers-mobilenet", of: ["mobilenet_v1"], epsilon: .setting("layer_norm_eps"),
      parts: ["conv_stem", "layer", "classifier"],
      ["conv_stem.convolution.weight", "layer.0.convolution.weight"],
      normalizing: ["normalization": "convolution"]),
    family(
      "transformers-mobilenet", of: ["mobilenet_v2"], epsilon: .setting("layer_norm_eps"),
      parts: ["conv_stem", "layer", "conv_1x1", "classifier"],
      ["conv_stem.first_conv.convolution.weight", "layer.0.expand_1x1.convolution.weight"],
      normalizing: ["normalization": "convolution"]),
    family(
      "transformers-efficientnet", of: ["efficientnet"], epsilon: .setting("batch_norm_eps"),
      parts: ["embeddings", "encoder", "classifier"],
      ["embeddings.convolution.weight", "encoder.blocks.0.depthwise_conv.depthwise_conv.weight"],
      normalizing: [
        "batchnorm": "convolution", "expand_bn": "expand_conv", "depthwise_norm": "depthwise_conv",
        "project_bn": "project_conv", "top_bn": "top_conv",
      ]),
  ]

  private enum Epsilon {
    case always(Double)
    /// In the configuration, under this key.
    case setting(ByteString)
  }

  /// - Parameters:
  ///   - types: what `model_type` says in the configuration of such networks; their tensors have it as prefix, or none.
  ///   - parts: all first parts of names, without the prefix.
  ///   - names: tensors that have to be there.
  ///   - layers: the convolution beside each batch normalization.
  private static func family(
    _ name: String, of types: [ByteString], epsilon: Epsilon, parts: Set<ByteString>, _ names: [ByteString],
    normalizing layers: [ByteString: ByteString]
  ) -> ModelFamily {
    var known: Double?
    if case .always(let value) = epsilon { known = value }
    return ModelFamily(
      name: name, epsilon: known,
      signature: { dictionary in
        dictionary.has(names) && dictionary.hasOnly(parts)
          || types.contains { type in
            dictionary.has(names.map { type + "." + $0 })
              && dictionary.hasOnly([type, "classifier"]) && dictionary.hasOnly(parts, below: type)
          }
      },
      producer: { place, _ in
        Producer(layers[place.last].map { place.sibling($0) })
      },
      configuredEpsilon: { configuration in
        guard case .setting(let key) = epsilon, let type = configuration["model_type"]?.string,
          types.contains(type)
        else { return nil }
        return configuration[key]?.double
      })
  }
}
