import Bytes

extension ModelFamily {
  /// Networks of torchvision whose blocks are sequences with numbers: a batch normalization comes after the layer before it.
  ///
  /// Layers without tensors have numbers, too, so that nothing can stand in between.
  /// Source: `Conv2dNormActivation` in torchvision/ops/misc.py, and the models of the same names.
  static let numberedSequences: [ModelFamily] = [
    family(
      "mobilenet-v2", epsilon: 1e-5, ["features", "classifier"],
      ["features.0.0.weight", "features.0.1.running_mean", "features.1.conv.0.0.weight"]),
    family(
      "mobilenet-v3", epsilon: 1e-3, ["features", "classifier"],
      ["features.0.0.weight", "features.0.1.running_mean", "features.1.block.0.0.weight"]),
    // B0 to B4 have 1e-5, the others 1e-3.
    family(
      "torchvision-efficientnet", epsilon: nil, ["features", "classifier"],
      ["features.0.0.weight", "features.0.1.running_mean", "features.1.0.block.0.0.weight"]),
    family(
      "vgg-bn", epsilon: 1e-5, ["features", "classifier"],
      [
        "features.0.weight", "features.1.running_mean", "classifier.0.weight", "classifier.3.weight",
        "classifier.6.weight",
      ]),
    family(
      "mnasnet", epsilon: 1e-5, ["layers", "classifier"],
      ["layers.0.weight", "layers.1.running_mean", "layers.8.0.layers.0.weight"]),
    family(
      "shufflenet-v2", epsilon: 1e-5, ["conv1", "stage2", "stage3", "stage4", "conv5", "fc"],
      ["conv1.0.weight", "conv1.1.running_mean", "stage2.0.branch1.0.weight", "conv5.0.weight"]),
    family(
      "regnet", epsilon: 1e-5, ["stem", "trunk_output", "fc"],
      ["stem.0.weight", "stem.1.running_mean", "trunk_output.block1.block1-0.f.a.0.weight"]),
  ]

  private static func family(
    _ name: String, epsilon: Double?, _ first: Set<ByteString>, _ names: [ByteString]
  ) -> ModelFamily {
    ModelFamily(
      name: name, epsilon: epsilon,
      signature: { dictionary in dictionary.has(names) && dictionary.hasOnly(first) },
      producer: { place, _ in
        place.layerBefore.map { .layer($0) } ?? .none("it has no number in a sequence, or is the first one")
      })
  }
}
