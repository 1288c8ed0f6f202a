import Bytes

/// A recursive descent parser over bytes.
struct JSONParser {
  private let text: [UInt8]
  private let limits: JSONLimits
  private var offset = 0
  private var values = 0

  init(text: [UInt8], limits: JSONLimits) {
    self.text = text
    self.limits = limits
  }

  mutating func parseDocument() throws(JSONError) -> JSONValue {
    guard text.count <= limits.bytes else { throw error(.tooLong(bytes: text.count, limit: limits.bytes)) }
    let root = try parseValue(depth: 0)
    skipWhiteSpace()
    guard offset == text.count else { throw error(.trailingBytes) }
    return root
  }

  private func error(_ rule: JSONError.Rule, at place: Int? = nil) -> JSONError {
    JSONError(rule: rule, offset: place ?? offset)
  }

  private mutating func skipWhiteSpace() {
    while offset < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[offset]) { offset += 1 }
  }

  private func peek() throws(JSONError) -> UInt8 {
    guard offset < text.count else { throw error(.unexpectedEnd) }
    return text[offset]
  }

  private mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
    let found = try peek()
    guard found == byte else { throw error(.unexpectedByte(found, expected: name)) }
    offset += 1
  }

  private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
    skipWhiteSpace()
    values += 1
    guard values <= limits.values else { throw error(.tooManyValues(limit: limits.values)) }
    guard depth <= limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
    let start = offset
    let kind: JSONValue.Kind
    switch try peek() {
    case UInt8(ascii: "{"): kind = .object(try parseMembers(depth: depth))
    case UInt8(ascii: "["): kind = .array(try parseElements(depth: depth))
    case UInt8(ascii: "\""): kind = .string(try parseString())
    case UInt8(ascii: "t"):
      try parseWord("true")
      kind = .boolean(true)
    case UInt8(ascii: "f"):
      try parseWord("false")
      kind = .boolean(false)
    case UInt8(ascii: "n"):
      try parseWord("null")
      kind = .null
    default:
      if let spelling = parseNonFiniteNumber() {
        kind = .number(spelling)
      } else {
        kind = .number(try parseNumber())
      }
    }
    return JSONValue(kind, range: start..<offset)
  }

  private mutating func parseWord(_ word: StaticString) throws(JSONError) {
    let length = word.utf8CodeUnitCount
    let matches =
      offset + length <= text.count
      && word.withUTF8Buffer { text[offset..<offset + length].elementsEqual($0) }
    guard matches else { throw error(.unexpectedByte(text[offset], expected: "a value")) }
    offset += length
  }

  private mutating func parseMembers(depth: Int) throws(JSONError) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var seen: Set<ByteString> = []
    offset += 1
    skipWhiteSpace()
    if try peek() == UInt8(ascii: "}") {
      offset += 1
      return members
    }
    while true {
      skipWhiteSpace()
      let start = offset
      guard try peek() == UInt8(ascii: "\"") else {
        throw error(.unexpectedByte(text[offset], expected: "a key"))
      }
      let key = try parseString()
      guard seen.insert(key).inserted else { throw error(.duplicateKey(key), at: start) }
      skipWhiteSpace()
      try expect(UInt8(ascii: ":"), "a colon")
      let value = try parseValue(depth: depth + 1)
      members.append(JSONValue.Member(key: key, value: value, range: start..<offset))
      skipWhiteSpace()
      if try peek() == UInt8(ascii: ",") {
        offset += 1
        continue
      }
      try expect(UInt8(ascii: "}"), "a comma or a closing brace")
      return members
    }
  }

  private mutating func parseElements(depth: Int) throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    offset += 1
    skipWhiteSpace()
    if try peek() == UInt8(ascii: "]") {
      offset += 1
      return elements
    }
    while true {
      elements.append(try parseValue(depth: depth + 1))
      skipWhiteSpace()
      if try peek() == UInt8(ascii: ",") {
        offset += 1
        continue
      }
      try expect(UInt8(ascii: "]"), "a comma or a closing bracket")
      return elements
    }
  }

  private mutating func parseNonFiniteNumber() -> ByteString? {
    guard limits.acceptsNonFiniteNumbers else { return nil }
    let spellings: [ByteString] = ["NaN", "Infinity", "-Infinity"]
    guard let spelling = spellings.first(where: { text[offset...].starts(with: $0.bytes) }) else {
      return nil
    }
    offset += spelling.bytes.count
    return spelling
  }

  private mutating func parseNumber() throws(JSONError) -> ByteString {
    let start = offset
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    func at(_ place: Int) -> UInt8 { place < text.count ? text[place] : 0 }
    guard at(offset) == UInt8(ascii: "-") || isDigit(at(offset)) else {
      throw error(.unexpectedByte(text[offset], expected: "a value"))
    }
    if at(offset) == UInt8(ascii: "-") { offset += 1 }
    guard isDigit(at(offset)) else { throw error(.invalidNumber, at: start) }
    if at(offset) == UInt8(ascii: "0"), isDigit(at(offset + 1)) { throw error(.invalidNumber, at: start) }
    while isDigit(at(offset)) { offset += 1 }
    if at(offset) == UInt8(ascii: ".") {
      offset += 1
      guard isDigit(at(offset)) else { throw error(.invalidNumber, at: start) }
      while isDigit(at(offset)) { offset += 1 }
    }
    if [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(at(offset)) {
      offset += 1
      if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(at(offset)) { offset += 1 }
      guard isDigit(at(offset)) else { throw error(.invalidNumber, at: start) }
      while isDigit(at(offset)) { offset += 1 }
    }
    let spelling = ByteString(text[start..<offset])
    guard let value = Double(String(decoding: spelling.bytes, as: UTF8.self)), value.isFinite else {
      throw error(.invalidNumber, at: start)
    }
    return spelling
  }
}

// MARK: - Strings

extension JSONParser {
  private mutating func parseString() throws(JSONError) -> ByteString {
    let start = offset
    offset += 1
    var decoded: [UInt8] = []
    while true {
      let byte = try peek()
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: decoded, as: UTF8.self) != nil else {
          throw error(.invalidString, at: start)
        }
        return ByteString(decoded)
      case UInt8(ascii: "\\"): try parseEscape(into: &decoded, start: start)
      case 0..<0x20: throw error(.invalidString, at: offset - 1)
      default: decoded.append(byte)
      }
    }
  }

  private mutating func parseEscape(into decoded: inout [UInt8], start: Int) throws(JSONError) {
    let byte = try peek()
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var unit = try parseHexadecimal(start: start)
      if (0xD800..<0xDC00).contains(unit), offset + 1 < text.count, text[offset] == UInt8(ascii: "\\"),
        text[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let low = try parseHexadecimal(start: start)
        guard (0xDC00..<0xE000).contains(low) else { throw error(.invalidString, at: start) }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw error(.invalidString, at: start) }
      decoded.append(contentsOf: UTF8.encode(scalar)!)
    default: throw error(.invalidString, at: start)
    }
  }

  private mutating func parseHexadecimal(start: Int) throws(JSONError) -> UInt32 {
    guard offset + 4 <= text.count else { throw error(.unexpectedEnd) }
    var unit: UInt32 = 0
    for byte in text[offset..<offset + 4] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw error(.invalidString, at: start)
      }
    }
    offset += 4
    return unit
  }
}
