/// The type of a stored element.
public enum ElementType: Hashable, Sendable, Codable {
  /// IEEE 754 binary16, binary32 and binary64, little endian.
  case float16, float32, float64
  /// The upper half of a binary32, little endian.
  case bfloat16
  /// Whole numbers, little endian, which bnfold carries without computing with them.
  case integer(bits: Int, isSigned: Bool)
  /// A byte that is 0 or 1.
  case boolean
  /// Anything else that bnfold carries without computing with it, with its name for messages.
  case other(String)

  /// Bytes of one element; nil where they are not known.
  public var byteCount: Int? {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    case .integer(let bits, _): bits / 8
    case .boolean: 1
    case .other: nil
    }
  }

  /// Whether bnfold computes with it.
  public var isFloatingPoint: Bool { ulpOfOne != nil }

  /// The distance from 1 to the next larger value: twice the largest relative rounding error.
  public var ulpOfOne: Double? {
    switch self {
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    case .float32: 0x1p-23
    case .float64: 0x1p-52
    case .integer, .boolean, .other: nil
    }
  }

  /// The largest finite value.
  public var greatestFiniteMagnitude: Double? {
    switch self {
    case .float16: 65504
    case .bfloat16: 0x1.FEp127
    case .float32: Double(Float.greatestFiniteMagnitude)
    case .float64: .greatestFiniteMagnitude
    case .integer, .boolean, .other: nil
    }
  }

  /// The smallest positive value, a subnormal: twice the largest absolute rounding error near zero.
  public var leastNonzeroMagnitude: Double? {
    switch self {
    case .float16: 0x1p-24
    case .bfloat16: 0x1p-133
    case .float32: Double(Float.leastNonzeroMagnitude)
    case .float64: .leastNonzeroMagnitude
    case .integer, .boolean, .other: nil
    }
  }

  /// The smallest positive value with a full significand; what is smaller is subnormal.
  public var leastNormalMagnitude: Double? {
    switch self {
    case .float16: 0x1p-14
    case .bfloat16, .float32: 0x1p-126
    case .float64: .leastNormalMagnitude
    case .integer, .boolean, .other: nil
    }
  }

  /// A value as this type stores it: rounded once, to nearest, ties to even.
  ///
  /// A Double that is too large becomes an infinity, as IEEE 754 has it.
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .float16: Double(Float16(value))
    case .bfloat16: Double(BFloat16(value))
    case .float32: Double(Float(value))
    case .float64, .integer, .boolean, .other: value
    }
  }
}

extension ElementType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    case .integer(let bits, let isSigned): (isSigned ? "int" : "uint") + "\(bits)"
    case .boolean: "bool"
    case .other(let name): name
    }
  }
}

extension ElementType {
  /// The types that elements can have, by their names.
  private static let named: [String: ElementType] = {
    let integers = [2, 4, 8, 16, 32, 64].flatMap { bits in
      [true, false].map { ElementType.integer(bits: bits, isSigned: $0) }
    }
    let all = [.float16, .bfloat16, .float32, .float64, .boolean] + integers
    return Dictionary(all.map { ($0.description, $0) }) { first, _ in first }
  }()

  /// The type whose description is a name, such as `int64` or `bool`; nil for that of no type which is read.
  public init?(named name: String) {
    guard let type = Self.named[name] else { return nil }
    self = type
  }
}
