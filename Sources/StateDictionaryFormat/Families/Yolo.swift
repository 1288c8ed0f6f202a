import Bytes

extension ModelFamily {
  /// YOLO of ultralytics, versions 5 to 11: a list of numbered modules, in which `bn` comes after `conv` beside it.
  ///
  /// A `bn` without a `conv` beside it comes after a concatenation or a sum (BottleneckCSP, RepConv), and stays.
  /// Source: `Conv` in ultralytics/nn/modules/conv.py; `initialize_weights` in ultralytics/utils/torch_utils.py sets epsilon.
  static let yolo = [
    family("ultralytics-yolo", epsilon: 1e-3) { !isClassifier($0) },
    // Classifiers have the default of PyTorch, or what the detector had whose layers they took over.
    family("ultralytics-yolo", epsilon: nil, isClassifier),
  ]

  private static func family(
    _ name: String, epsilon: Double?, _ isOne: @escaping @Sendable (StateDictionary) -> Bool
  ) -> ModelFamily {
    ModelFamily(
      name: name, epsilon: epsilon,
      signature: { dictionary in
        dictionary.has([
          "0.conv.weight", "0.bn.running_mean", "1.conv.weight", "1.bn.running_mean", "2.cv1.conv.weight",
          "2.cv1.bn.running_mean",
        ])
          && dictionary.names.allSatisfy { name in
            name.split(separator: UInt8(ascii: ".")).first.map { Int("\($0)") != nil } ?? false
          } && isOne(dictionary)
      },
      producer: { place, dictionary in
        guard place.last == "bn", dictionary[place.sibling("conv") + ".weight"] != nil else {
          return .none("it has no convolution beside it")
        }
        return .layer(place.sibling("conv"))
      })
  }

  /// Whether the last module is a classifier's.
  @Sendable private static func isClassifier(_ dictionary: StateDictionary) -> Bool {
    dictionary.names.contains { name in
      let parts = name.split(separator: UInt8(ascii: "."))
      return parts.count > 2 && parts[parts.count - 2] == "linear"
    }
  }
}
