/// Where the numbers of a repeated field are, packed or not; they stay in the source until they are asked for.
public struct WireNumbers: Sendable {
  /// How each number is encoded.
  public let type: WireType
  /// How many numbers there are.
  public private(set) var count = 0
  private var runs: [Run] = []

  /// Numbers that follow each other, few enough to look for one from their start.
  private struct Run {
    /// The packed numbers, or the whole fields of numbers that are not.
    var range: Range<Int>
    let isPacked: Bool
    let first: Int
    var count: Int
  }

  private static let longestRun = 1 << 14

  /// - Precondition: the numbers are not bytes.
  public init(_ type: WireType) {
    precondition(type != .bytes)
    self.type = type
  }

  private var size: Int { type == .fixed64 ? 8 : 4 }

  /// Adds a field: a number, or packed ones.
  ///
  /// - Throws: `WireError` where it is neither, or where packed numbers are damaged.
  public mutating func append(_ field: WireField, from reader: WireReader) throws(WireError) {
    if field.type == type {
      add(1, at: field.range, isPacked: false)
      return
    }
    guard case .bytes(let payload) = field.value else { throw field.mismatch(type) }
    guard type == .varint else {
      guard payload.count % size == 0 else {
        throw WireError(.partOfANumber(bytes: payload.count, size: size), at: field.range.lowerBound)
      }
      runs.append(Run(range: payload, isPacked: true, first: count, count: payload.count / size))
      count += payload.count / size
      return
    }
    var position = payload.lowerBound
    while position < payload.upperBound {
      let next = try reader.varint(at: position, end: payload.upperBound).next
      add(1, at: position..<next, isPacked: true)
      position = next
    }
  }

  private mutating func add(_ number: Int, at range: Range<Int>, isPacked: Bool) {
    defer { count += number }
    if let last = runs.last, last.isPacked == isPacked, last.range.upperBound == range.lowerBound,
      last.count < Self.longestRun
    {
      runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
      runs[runs.count - 1].count += number
    } else {
      runs.append(Run(range: range, isPacked: isPacked, first: count, count: number))
    }
  }

  /// Gives numbers, as bit patterns.
  ///
  /// The elements are of all that were added, the reader one of the same source.
  /// - Throws: `WireError` where they cannot be read.
  public func read(
    _ elements: Range<Int>, from reader: WireReader, _ body: (UInt64) -> Void
  ) throws(WireError) {
    precondition(elements.lowerBound >= 0 && elements.upperBound <= count)
    var index = firstRun(with: elements.lowerBound)
    while index < runs.count, runs[index].first < elements.upperBound {
      let run = runs[index]
      let wanted = elements.clamped(to: run.first..<run.first + run.count)
      try read(wanted.lowerBound - run.first..<wanted.upperBound - run.first, of: run, from: reader, body)
      index += 1
    }
  }

  private func read(
    _ wanted: Range<Int>, of run: Run, from reader: WireReader, _ body: (UInt64) -> Void
  ) throws(WireError) {
    var position = run.range.lowerBound
    if run.isPacked, type != .varint { position += wanted.lowerBound * size }
    let skipsNone = run.isPacked && type != .varint
    for number in (skipsNone ? wanted.lowerBound : 0)..<wanted.upperBound {
      if !run.isPacked { position = try reader.varint(at: position, end: run.range.upperBound).next }
      let value = try reader.number(type, at: &position, end: run.range.upperBound)
      if number >= wanted.lowerBound { body(value) }
    }
  }

  /// The last run that begins at an element or before it.
  private func firstRun(with element: Int) -> Int {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].first + runs[middle].count <= element { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where all numbers are as they lie in memory, little endian; nil where they are not in one piece.
  public var fixedRange: Range<Int>? {
    guard type != .varint, runs.count == 1, runs[0].isPacked else { return nil }
    return runs[0].range
  }
}

extension WireReader {
  fileprivate func number(_ type: WireType, at position: inout Int, end: Int) throws(WireError) -> UInt64 {
    switch type {
    case .fixed32:
      defer { position += 4 }
      return UInt64(try fixed(UInt32.self, at: position, end: end))
    case .fixed64:
      defer { position += 8 }
      return try fixed(UInt64.self, at: position, end: end)
    case .varint, .bytes:
      let (value, next) = try varint(at: position, end: end)
      position = next
      return value
    }
  }

  /// The numbers of a field, packed or not, of which there are few.
  ///
  /// - Throws: `WireError` where there are too many, or the field is encoded in another way.
  public func numbers(_ type: WireType, in field: WireField) throws(WireError) -> [UInt64] {
    var numbers = WireNumbers(type)
    try numbers.append(field, from: self)
    try count(numbers.count, at: field.range.lowerBound)
    var values: [UInt64] = []
    values.reserveCapacity(numbers.count)
    try numbers.read(0..<numbers.count, from: self) { values.append($0) }
    return values
  }
}
