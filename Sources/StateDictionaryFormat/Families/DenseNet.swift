extension ModelFamily {
  /// DenseNet of torchvision and timm: only norm0 and the second one of each dense layer come after a convolution.
  ///
  /// Source: torchvision/models/densenet.py.
  static let denseNet = ModelFamily(
    name: "densenet", epsilon: 1e-5,
    signature: { dictionary in
      dictionary.has([
        "features.conv0.weight", "features.norm0.running_mean",
        "features.denseblock1.denselayer1.norm1.running_mean",
        "features.denseblock1.denselayer1.conv1.weight",
      ])
        && dictionary.hasOnly(["features", "classifier"])
    },
    producer: { place, _ in
      if place.last == "norm0" { return .layer(place.sibling("conv0")) }
      if place.last == "norm2", place.parent.last?.hasPrefix("denselayer") == true {
        return .layer(place.sibling("conv1"))
      }
      return .none("it comes after a concatenation, and before its convolution")
    })
}
