import Tensor

/// The generation of Keras that wrote a file; attributes of the same name differ in meaning between them.
public enum KerasGeneration: Int, Sendable, Comparable {
  case keras1 = 1
  case keras2 = 2
  case keras3 = 3

  /// Reads the generation from a version such as `2.2.4-tf` or `3.15.1`.
  ///
  /// - Returns: nil for a version of which bnfold knows nothing.
  public init?(version: ByteString) {
    let major = version.bytes.prefix { $0 != UInt8(ascii: ".") }
    guard let number = Int(String(decoding: major, as: UTF8.self)) else { return nil }
    self.init(rawValue: number)
  }

  public static func < (left: KerasGeneration, right: KerasGeneration) -> Bool {
    left.rawValue < right.rawValue
  }
}
