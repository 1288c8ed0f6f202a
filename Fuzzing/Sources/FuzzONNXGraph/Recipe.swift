/// Bytes as a list of choices, from which a model of ONNX is made: random bytes hardly ever are messages.
struct Recipe {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes)[...] }

  private var isAtItsEnd: Bool { bytes.isEmpty }

  /// A number below a limit; 0 where there are no more bytes.
  private mutating func below(_ limit: Int) -> Int { Int(bytes.popFirst() ?? 0) % limit }

  private mutating func choice<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  // MARK: - Messages

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (value, encoded) = (value, [UInt8]())
    while value >= 0x80 {
      encoded.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    return encoded + [UInt8(value)]
  }

  private static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(content.count)) + content
  }

  private static func text(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  private static func number(_ number: UInt64, _ value: Int64) -> [UInt8] {
    varint(number << 3) + varint(UInt64(bitPattern: value))
  }

  private static func raw<Number>(_ values: [Number]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  // MARK: - A model

  /// The whole file: some constants, some nodes that read them, the input x and each other, and the last results.
  mutating func model() -> [UInt8] {
    let version = choice(Words.versions)
    var names = ["x", "i"]
    var graph = Self.field(11, input("x", type: 1)) + Self.field(11, input("i", type: 7))
    for number in 0..<below(5) {
      names.append("c\(number)")
      graph += Self.field(5, tensor(named: "c\(number)"))
    }
    var results: [String] = []
    repeat {
      let outputs = (0...below(3)).map { "t\(results.count + $0)" }
      graph += Self.field(1, node(reading: names, giving: outputs))
      results += outputs
      names += outputs
    } while !isAtItsEnd && results.count < 16
    for name in results.suffix(2) { graph += Self.field(12, Self.text(1, name)) }
    return Self.number(1, 8) + Self.field(8, Self.number(2, version)) + Self.field(7, graph)
  }

  private mutating func input(_ name: String, type: Int64) -> [UInt8] {
    let axes = (0..<below(6)).flatMap { _ in
      Self.field(1, below(8) == 7 ? [] : Self.number(1, Int64(below(5))))
    }
    return Self.text(1, name) + Self.field(2, Self.field(1, Self.number(1, type) + Self.field(2, axes)))
  }

  private mutating func tensor(named name: String) -> [UInt8] {
    let sizes = (0..<below(5)).map { _ in below(5) }
    let count = sizes.reduce(1, *)
    let axes = sizes.flatMap { Self.number(1, Int64($0)) } + Self.text(8, name)
    switch below(4) {
    case 0:
      return axes + Self.number(2, 7)
        + Self.field(9, Self.raw((0..<count).map { _ in choice(Words.integers) }))
    case 1: return axes + Self.number(2, 9) + Self.field(9, (0..<count).map { _ in UInt8(below(2)) })
    case 2:
      return axes + Self.number(2, 11)
        + Self.field(9, Self.raw((0..<count).map { _ in Double(choice(Words.numbers)) }))
    default:
      return axes + Self.number(2, 1)
        + Self.field(9, Self.raw((0..<count).map { _ in choice(Words.numbers) }))
    }
  }

  private mutating func node(reading names: [String], giving outputs: [String]) -> [UInt8] {
    let type = choice(Words.operators)
    var inputs: [UInt8] = []
    // The newest tensors are read most often.
    for _ in 0..<below(6) {
      inputs += Self.text(1, below(9) == 8 ? "" : names[max(0, names.count - 1 - below(names.count))])
    }
    var attributes: [UInt8] = []
    var used: Set<String> = []
    for _ in 0..<below(5) {
      let name = choice(Words.attributes)
      let value = attribute()
      if used.insert(name).inserted { attributes += Self.field(5, Self.text(1, name) + value) }
    }
    return inputs + outputs.flatMap { Self.text(2, $0) } + Self.text(4, type) + attributes
  }

  private mutating func attribute() -> [UInt8] {
    switch below(8) {
    case 0, 1: return Self.number(3, choice(Words.integers)) + Self.number(20, 2)
    case 2, 3:
      return (0..<below(9)).flatMap { _ in Self.number(8, choice(Words.integers)) } + Self.number(20, 7)
    case 4: return Self.text(4, choice(Words.texts)) + Self.number(20, 3)
    case 5: return [2 << 3 | 5] + Self.raw([choice(Words.numbers)]) + Self.number(20, 1)
    case 6:
      return Self.field(7, Self.raw((0..<below(5)).map { _ in choice(Words.numbers) })) + Self.number(20, 6)
    default: return Self.field(5, tensor(named: "")) + Self.number(20, 4)
    }
  }
}
