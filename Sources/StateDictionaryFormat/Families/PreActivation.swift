import Bytes

extension ModelFamily {
  /// Networks that normalize before each convolution: what comes after the convolution before is the next normalization.
  ///
  /// The first one of a block comes after a sum or a concatenation, and stays.
  /// Source: `PreActBottleneck` in timm/models/resnetv2.py; `PreBottleneck` in timm/models/regnet.py; timm/models/dpn.py.
  static let preActivation: [ModelFamily] = [
    ModelFamily(
      name: "timm-resnetv2", epsilon: 1e-5,
      signature: { dictionary in
        dictionary.has([
          "norm.running_mean", "stages.0.blocks.0.norm1.running_mean", "stages.0.blocks.0.conv1.weight",
          "stages.0.blocks.0.norm2.running_mean",
        ]) && dictionary.hasOnly(["stem", "stages", "norm", "head"])
      },
      producer: { place, _ in
        // The stem is in the usual order.
        if place.parent == ["stem"] {
          return Producer(place.number(after: "norm").map { place.sibling(ByteString("conv\($0)")) })
        }
        return convolutionBefore(place)
      }),
    ModelFamily(
      name: "timm-regnetv", epsilon: 1e-5,
      signature: { dictionary in
        dictionary.has([
          "stem.weight", "s1.b1.norm1.running_mean", "s1.b1.conv1.weight", "s1.b1.norm2.running_mean",
        ]) && dictionary.hasOnly(["stem", "s1", "s2", "s3", "s4", "head"])
      },
      producer: { place, dictionary in
        if place.last == "norm3", dictionary[place.sibling("se.fc1.weight")] != nil {
          return .none("an attention is between it and the convolution")
        }
        return convolutionBefore(place)
      }),
    ModelFamily(
      name: "timm-dpn", epsilon: 1e-3,
      signature: { dictionary in
        dictionary.has([
          "features.conv1_1.conv.weight", "features.conv1_1.bn.running_mean",
          "features.conv2_1.c1x1_w_s1.bn.running_mean", "features.conv2_1.c1x1_a.conv.weight",
        ]) && dictionary.hasOnly(["features", "classifier"])
      },
      producer: { place, _ in
        guard place.last == "bn", let part = place.parent.last else { return Producer(nil) }
        if part == "conv1_1" { return .layer(place.sibling("conv")) }
        let before: [ByteString: ByteString] = ["c3x3_b": "c1x1_a", "c1x1_c": "c3x3_b"]
        guard let layer = before[part] else { return .none("it comes after a concatenation") }
        return .layer(place.besideParent(layer, "conv"))
      }),
  ]

  private static func convolutionBefore(_ place: NormalizationPlace) -> Producer {
    guard let number = place.number(after: "norm"), number > 1 else {
      return .none("it comes after a sum, and before its convolution")
    }
    return .layer(place.sibling(ByteString("conv\(number - 1)")))
  }
}
