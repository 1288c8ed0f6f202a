import Arrays
import Bytes

/// What wrappers put in front of the names of a network's tensors.
enum WrapperPrefix {
  /// The names of attributes that wrappers keep their network in: of PyTorch's data parallel modules and compiled ones, of Lightning,
  /// ultralytics and timm, of detectors of torchvision and detectron2, and of training scripts.
  ///
  /// Source: torch/nn/parallel/distributed.py; torch/_dynamo/eval_frame.py; torchvision/models/detection/backbone_utils.py.
  private static let words: [ByteString] = [
    "module.", "_orig_mod.", "model.", "backbone.", "body.", "net.", "network.", "encoder.", "bottom_up.",
    "student.", "teacher.", "ema.", "model_ema.", "state_dict.",
  ]
  /// More wrappers than anybody puts around each other.
  private static let mostWrappers = 4
  /// More places than any file has a network in.
  private static let mostPrefixes = 32

  /// Whether detectors of torchvision and detectron2 have their network there.
  static func isOfDetector(_ prefix: ByteString) -> Bool {
    prefix.hasSuffix("body.") || prefix.hasSuffix("bottom_up.")
  }

  /// All prefixes of a dictionary, the shortest first, beginning with none.
  static func all(of dictionary: StateDictionary) -> [ByteString] {
    var found: [ByteString] = [""]
    var last: [ByteString] = [""]
    for _ in 0..<mostWrappers {
      last = last.flatMap { prefix in words.map { prefix + $0 } }
        .filter { prefix in dictionary.names.contains { $0.hasPrefix(prefix) } }
      last = Array(last.prefix(mostPrefixes))
      found += last
    }
    return found
  }
}

extension StateDictionary {
  /// The tensors whose names have a prefix, without it.
  func below(_ prefix: ByteString) -> StateDictionary {
    guard !prefix.bytes.isEmpty else { return self }
    return StateDictionary(
      arrays.compactMap { array in
        guard array.name.hasPrefix(prefix), array.name != prefix else { return nil }
        return NamedArray(
          name: ByteString(Array(array.name.bytes.dropFirst(prefix.bytes.count))),
          elementType: array.elementType, shape: array.shape, byteCount: array.byteCount,
          content: array.content)
      })
  }
}

extension WeightPlan {
  /// The same plan for tensors that have a prefix in front of their names.
  func prefixed(by prefix: ByteString) -> WeightPlan { renamed { prefix + $0 } }
}
