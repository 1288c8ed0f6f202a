import Bytes

extension ModelFamily {
  /// Networks made of blocks with a convolution `conv` and its batch normalization `bn`.
  ///
  /// DPN has the same names with the batch normalization first, and is not one of these.
  /// Source: `BasicConv2d` in torchvision/models/inception.py and googlenet.py; `ConvNormAct` in timm/models/cspnet.py.
  static let basicConvolutions: [ModelFamily] = [
    family(
      "inception-v3", epsilon: 1e-3,
      ["Conv2d_1a_3x3.conv.weight", "Conv2d_1a_3x3.bn.running_mean", "Mixed_5b.branch1x1.conv.weight"]),
    family(
      "googlenet", epsilon: 1e-3,
      ["conv1.conv.weight", "conv1.bn.running_mean", "inception3a.branch1.conv.weight"]),
    family(
      "timm-cspnet", epsilon: 1e-5, only: ["stem", "stages", "head"],
      [
        "stem.conv1.conv.weight", "stem.conv1.bn.running_mean", "stages.0.conv_exp.conv.weight",
        "stages.0.conv_exp.bn.running_mean", "stages.0.blocks.0.conv1.conv.weight",
      ]),
  ]

  private static func family(
    _ name: String, epsilon: Double, only first: Set<ByteString>? = nil, _ names: [ByteString]
  ) -> ModelFamily {
    ModelFamily(
      name: name, epsilon: epsilon,
      signature: { dictionary in dictionary.has(names) && first.map(dictionary.hasOnly) ?? true },
      producer: { place, _ in
        Producer(place.last == "bn" ? place.sibling("conv") : nil)
      })
  }
}
