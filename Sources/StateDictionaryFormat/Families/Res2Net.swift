import Bytes

extension ModelFamily {
  /// Res2Net of timm: the middle convolution of a block is a list, and the stem may be three convolutions.
  ///
  /// Source: `Bottle2neck` in timm/models/res2net.py; the deep stem and the averaging shortcut in timm/models/resnet.py.
  static let res2Net = ModelFamily(
    name: "timm-res2net", epsilon: 1e-5,
    signature: { dictionary in
      dictionary.has([
        "bn1.running_mean", "layer1.0.convs.0.weight", "layer1.0.bns.0.running_mean",
        "layer1.0.conv1.weight", "layer1.0.bn1.running_mean", "layer1.0.conv3.weight",
      ])
        && dictionary.hasOnly(["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"])
        && dictionary.names.allSatisfy(isOfABlock)
    },
    producer: { place, dictionary in
      func known(_ layer: ByteString?) -> Producer {
        Producer(layer.flatMap { dictionary[$0 + ".weight"] == nil ? nil : $0 })
      }
      if place.parent.isEmpty { return known(dictionary["conv1.weight"] == nil ? "conv1.6" : "conv1") }
      switch place.parent.last {
      case "bns": return known(place.convolutionOfTheSamePlace)
      case "downsample", "conv1": return known(place.layerBefore)
      default: return known(place.convolutionOfTheSameNumber)
      }
    })

  private static let parts: Set<ByteString> = [
    "conv1", "bn1", "convs", "bns", "conv3", "bn3", "downsample", "se",
  ]

  private static func isOfABlock(_ name: ByteString) -> Bool {
    let names = name.split(separator: UInt8(ascii: "."))
    guard names.count > 2, names[0].hasPrefix("layer") else { return true }
    return parts.contains(names[2])
  }
}
