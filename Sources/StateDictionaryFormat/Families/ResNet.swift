import Bytes
import Elements

extension ModelFamily {
  /// ResNet, ResNeXt, Wide ResNet, SE-ResNet of torchvision and timm: convN, then bnN; downsample.0, then downsample.1.
  ///
  /// Pre-activation networks have the same names, and another order. What tells them: their batch normalizations have as many
  /// channels as the convolution *takes*, which the shapes refute wherever a block changes the width.
  /// Source: torchvision/models/resnet.py; timm/models/resnet.py.
  static let resNet = ModelFamily(
    name: "resnet", epsilon: 1e-5,
    signature: { dictionary in
      dictionary.has([
        "conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight", "layer1.0.bn1.running_mean",
      ])
        && dictionary.hasOnly(["conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"])
        && dictionary.names.allSatisfy(isOfABlock) && hasAPairForEach(dictionary)
    },
    producer: { place, _ in
      let downsampling = place.parent.last == "downsample" && place.last == "1" ? place.layerBefore : nil
      return Producer(place.convolutionOfTheSameNumber ?? downsampling)
    },
    confidence: { dictionary in
      dictionary.batchNormalizations.contains { refutesPreActivation($0, dictionary) } ? .high : .medium
    })

  /// Whether a block's first convolution, which has no groups, takes another number of channels than the batch normalization has.
  private static func refutesPreActivation(_ name: ByteString, _ dictionary: StateDictionary) -> Bool {
    let place = NormalizationPlace(name)
    guard place.last == "bn1", !place.parent.isEmpty, let kernel = dictionary[place.sibling("conv1.weight")],
      let mean = dictionary[name + ".running_mean"], kernel.shape.count == 4
    else { return false }
    return kernel.shape[1] != mean.shape.elementCount
  }

  private static let parts: Set<ByteString> = [
    "conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "downsample", "se",
  ]

  /// Whether a name is one that a block of this family can have.
  private static func isOfABlock(_ name: ByteString) -> Bool {
    let names = name.split(separator: UInt8(ascii: "."))
    guard names.count > 2, names[0].hasPrefix("layer") else { return true }
    guard parts.contains(names[2]) else { return false }
    return names[2] != "downsample" || names.count == 5 && ["0", "1"].contains(names[3])
  }

  /// Whether every convolution of a block has its batch normalization, and the other way round.
  private static func hasAPairForEach(_ dictionary: StateDictionary) -> Bool {
    let normalizations = dictionary.batchNormalizations.filter {
      NormalizationPlace($0).number(after: "bn") != nil
    }
    let convolutions = dictionary.names.filter { name in
      name.dropping(suffix: ".weight").map { NormalizationPlace($0).number(after: "conv") != nil } ?? false
    }
    return normalizations.count == convolutions.count
  }
}
