import Elements

/// Reads the small part of Python that NumPy writes: a dictionary of strings, truths and tuples of whole numbers.
struct PythonDictionaryParser {
  enum Value: Equatable {
    case text(String)
    case truth(Bool)
    case tuple([Int])
  }

  private var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) { rest = text }

  /// The dictionary that is the whole of the text.
  mutating func dictionary() throws(NumPyError) -> [String: Value] {
    try take("{")
    var entries: [String: Value] = [:]
    while !isNext("}") {
      let key = try text()
      try take(":")
      guard entries.updateValue(try value(), forKey: key) == nil else { throw .header("has \(key) twice") }
      guard isNext(",") else { break }
      try take(",")
    }
    try take("}")
    skipSpace()
    guard rest.isEmpty else { throw .header("has something after it") }
    return entries
  }

  private mutating func value() throws(NumPyError) -> Value {
    if isNext("'") || isNext("\"") { return .text(try text()) }
    if isNext("(") { return .tuple(try tuple()) }
    let word = try take { (UInt8(ascii: "A")...UInt8(ascii: "z")).contains($0) }
    switch word {
    case "True": return .truth(true)
    case "False": return .truth(false)
    default: throw .header("has a value that is not text, a truth value or a tuple")
    }
  }

  private mutating func text() throws(NumPyError) -> String {
    skipSpace()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.dropFirst().firstIndex(of: quote)
    else { throw .header("has a key that is not text") }
    let text = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    rest = rest[(end + 1)...]
    return text
  }

  private mutating func tuple() throws(NumPyError) -> [Int] {
    try take("(")
    var sizes: [Int] = []
    while !isNext(")") {
      let digits = try take { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let size = Int(digits), size <= largestAxis else { throw .header("has an invalid size") }
      sizes.append(size)
      guard isNext(",") else { break }
      try take(",")
    }
    try take(")")
    return sizes
  }

  private mutating func take(_ isPart: (UInt8) -> Bool) throws(NumPyError) -> String {
    skipSpace()
    let word = rest.prefix(while: isPart)
    guard !word.isEmpty else { throw .header("is not a dictionary that NumPy writes") }
    rest = rest[word.endIndex...]
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func take(_ character: Unicode.Scalar) throws(NumPyError) {
    guard isNext(character) else { throw .header("has no \(character) where one belongs") }
    rest = rest.dropFirst()
  }

  private mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return rest.first == UInt8(ascii: character)
  }

  private mutating func skipSpace() { rest = rest.drop { [0x20, 0x0A].contains($0) } }
}
