import Bytes

/// The generation of Keras that wrote a file; attributes of the same name differ in meaning between them.
public enum KerasGeneration: Int, Sendable, Comparable {
  case keras1 = 1
  case keras2 = 2
  case keras3 = 3

  /// Reads the generation from a version such as `2.2.4-tf` or `3.15.1`.
  ///
  /// - Returns: nil for a version of which bnfold knows nothing.
  public init?(version: ByteString) {
    // TensorFlow.js writes the files of Keras 2.
    if version.hasPrefix("tfjs-layers ") {
      self = .keras2
      return
    }
    let major = version.bytes.prefix { $0 != UInt8(ascii: ".") }
    guard let number = Int(String(decoding: major, as: UTF8.self)) else { return nil }
    self.init(rawValue: number)
  }

  /// Whether frozen batch normalizations use the moving statistics even where they are called with training=True.
  func frozenLayersInfer(version: ByteString) -> Bool {
    guard self == .keras2 else { return self == .keras3 }
    let parts = version.split(separator: UInt8(ascii: "."))
    return parts.count > 1 && parts[0] == "2" && (Int("\(parts[1])") ?? 0) >= 3
  }

  public static func < (left: KerasGeneration, right: KerasGeneration) -> Bool {
    left.rawValue < right.rawValue
  }
}
