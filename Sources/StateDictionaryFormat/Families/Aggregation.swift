import Bytes

extension ModelFamily {
  /// HRNet and DLA of timm: convN, then bnN; conv, then bn; convs.N, then bns.N; in a sequence, the number before.
  ///
  /// Source: timm/models/hrnet.py; timm/models/dla.py, where `DlaBottle2neck` has convs and bns.
  static let aggregation: [ModelFamily] = [
    family(
      "timm-hrnet",
      only: [
        "conv1", "bn1", "conv2", "bn2", "layer1", "transition1", "transition2", "transition3", "stage2",
        "stage3",
        "stage4", "incre_modules", "downsamp_modules", "final_layer", "classifier",
      ],
      [
        "conv1.weight", "bn1.running_mean", "conv2.weight", "bn2.running_mean", "transition1.0.0.weight",
        "stage2.0.branches.0.0.conv1.weight", "stage2.0.fuse_layers.0.1.0.weight",
      ]),
    family(
      "timm-dla", only: ["base_layer", "level0", "level1", "level2", "level3", "level4", "level5", "fc"],
      [
        "base_layer.0.weight", "base_layer.1.running_mean", "level5.tree1.conv1.weight",
        "level5.root.conv.weight", "level5.root.bn.running_mean",
      ]),
  ]

  private static func family(
    _ name: String, only first: Set<ByteString>, _ names: [ByteString]
  ) -> ModelFamily {
    ModelFamily(
      name: name, epsilon: 1e-5,
      signature: { dictionary in dictionary.has(names) && dictionary.hasOnly(first) },
      producer: { place, _ in Producer(producer(of: place)) })
  }

  private static func producer(of place: NormalizationPlace) -> ByteString? {
    if place.last == "bn" { return place.sibling("conv") }
    return place.convolutionOfTheSamePlace ?? place.convolutionOfTheSameNumber ?? place.layerBefore
  }
}
