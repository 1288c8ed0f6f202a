import Bytes
import Elements

/// The element types of safetensors files.
///
/// Source: huggingface/safetensors, safetensors/src/tensor.rs `Dtype`.
enum StoredElement {
  /// Bits of an element, by the name of its type.
  private static let bits: [ByteString: Int] = [
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
    "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
  ]

  /// The types that other formats have, too.
  private static let common: [(name: ByteString, type: ElementType)] =
    [
      ("F16", .float16), ("BF16", .bfloat16), ("F32", .float32), ("F64", .float64), ("BOOL", .boolean),
    ]
    + [8, 16, 32, 64].flatMap { bits in
      [
        (ByteString("I\(bits)"), .integer(bits: bits, isSigned: true)),
        (ByteString("U\(bits)"), .integer(bits: bits, isSigned: false)),
      ]
    }

  /// Bits of an element; nil for a type that there is not.
  static func bits(of name: ByteString) -> Int? { bits[name] }

  /// The type of a name.
  static func type(named name: ByteString) -> ElementType {
    common.first { $0.name == name }?.type ?? .other(name.description)
  }

  /// The name of a type; nil where safetensors files do not have it.
  static func name(of type: ElementType) -> ByteString? {
    if case .other(let name) = type { return bits[ByteString(name)] == nil ? nil : ByteString(name) }
    return common.first { $0.type == type }?.name
  }
}
