import Bytes

extension ModelFamily {
  /// EfficientNet, MNASNet, MobileNetV2 and their kin in timm; whether epsilon is 1e-5 or 1e-3 the names do not tell.
  ///
  /// A block with `conv_pwl` is an inverted residual, or, with `conv_exp`, one without depthwise convolution; otherwise it is
  /// depthwise and pointwise. Source: timm/models/_efficientnet_blocks.py.
  static let timmEfficientNet = ModelFamily(
    name: "timm-efficientnet", epsilon: nil,
    signature: { dictionary in
      dictionary.has(["conv_stem.weight", "bn1.running_mean", "conv_head.weight", "bn2.running_mean"])
        && dictionary.hasOnly(["conv_stem", "bn1", "blocks", "conv_head", "bn2", "classifier"])
    },
    producer: { place, dictionary in
      guard let number = place.number(after: "bn"), (1...3).contains(number) else {
        return Producer(nil)
      }
      func has(_ name: ByteString) -> Bool { dictionary[place.sibling(name) + ".weight"] != nil }
      let order: [ByteString] =
        place.parent.isEmpty
        ? ["conv_stem", "conv_head"]
        : has("conv_exp")
          ? ["conv_exp", "conv_pwl"]
          : has("conv_pwl") ? ["conv_pw", "conv_dw", "conv_pwl"] : ["conv_dw", "conv_pw"]
      guard number <= order.count else { return .none("its block has no convolution for it") }
      return .layer(place.sibling(order[number - 1]))
    },
    configuredEpsilon: { configuration in
      configuration["architecture"]?.string.flatMap { epsilon(ofTimmArchitecture: $0) }
    })

  /// Epsilon by the name of the architecture, as timm has it.
  ///
  /// Weights that were ported from TensorFlow have its epsilon. Source: timm/models/efficientnet.py.
  private static func epsilon(ofTimmArchitecture tagged: ByteString) -> Double? {
    // A tag after a dot tells the weights apart, not the networks.
    guard let name = tagged.split(separator: UInt8(ascii: ".")).first else { return nil }
    // B1 to B3 were pruned after they had been ported, the edge models were not.
    let isPortedAndPruned = name.hasPrefix("efficientnet_b") && name.hasSuffix("_pruned")
    if name.hasPrefix("tf_") || isPortedAndPruned { return 1e-3 }
    return name.hasPrefix("efficientnet_") || name.hasPrefix("mobilenetv2_") || name.hasPrefix("mnasnet_")
      ? 1e-5 : nil
  }
}
