import Bytes

extension ModelFamily {
  /// Networks of timm whose blocks hold a convolution and its batch normalization under names of their own.
  ///
  /// Source: timm/models/regnet.py, vovnet.py, repvit.py, levit.py; `Conv2d_BN` and `BN_Linear` in the LeViT of its authors,
  /// whose head normalizes first.
  static let timmBlocks: [ModelFamily] = [
    pairs(
      "timm-regnet", only: ["stem", "s1", "s2", "s3", "s4", "head"], layers: ["conv"],
      ["stem.conv.weight", "stem.bn.running_mean", "s1.b1.conv1.conv.weight", "s1.b1.conv1.bn.running_mean"]),
    pairs(
      "timm-vovnet", only: ["stem", "stages", "head"], layers: ["conv", "conv_pw"],
      ["stem.0.conv.weight", "stem.0.bn.running_mean", "stages.0.blocks.0.conv_concat.conv.weight"]),
    pairs(
      "timm-repvit", only: ["stem", "stages", "head"], layers: ["c"],
      ["stem.conv1.c.weight", "stem.conv1.bn.running_mean", "stages.0.blocks.0.token_mixer.conv.c.weight"]),
    pairs(
      "timm-levit", only: ["stem", "stages", "head", "head_dist"], layers: ["linear"],
      [
        "stem.conv1.linear.weight", "stem.conv1.bn.running_mean",
        "stages.0.blocks.0.attn.qkv.linear.weight",
      ]),
    pairs(
      "levit", only: ["patch_embed", "blocks", "head", "head_dist"], layers: ["c"], confidence: .medium,
      ["patch_embed.0.c.weight", "patch_embed.0.bn.running_mean", "blocks.0.m.qkv.c.weight"]),
  ]

  /// - Parameters:
  ///   - first: all first parts of names.
  ///   - layers: what may stand beside `bn`; the first one that does is before it.
  ///   - names: tensors that have to be there.
  private static func pairs(
    _ name: String, only first: Set<ByteString>, layers: [ByteString],
    confidence: WeightPlan.Confidence = .high, _ names: [ByteString]
  ) -> ModelFamily {
    ModelFamily(
      name: name, epsilon: 1e-5,
      signature: { dictionary in dictionary.has(names) && dictionary.hasOnly(first) },
      producer: { place, dictionary in
        if place.parent.first?.hasPrefix("head") == true {
          return .none("the head normalizes what goes into its layer")
        }
        guard place.last == "bn" else { return Producer(nil) }
        return Producer(
          layers.map { place.sibling($0) }.first { dictionary[$0 + ".weight"] != nil })
      },
      confidence: { _ in confidence })
  }
}
