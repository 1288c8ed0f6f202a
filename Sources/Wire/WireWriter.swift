import Arrays
import Bytes
import Files

/// A message of copied and new pieces: lengths first, then bytes.
public struct WireWriter: Sendable {
  /// Bytes of the whole message.
  public let byteCount: Int
  private let blocks: [ArrayBlock]

  /// More than this protobuf cannot read.
  public static let largestMessage = Int(Int32.max)

  /// Lays a message out.
  ///
  /// - Parameters:
  ///   - pieces: what it is made of.
  ///   - source: where copied pieces are.
  /// - Throws: `WireError` if it would be too large.
  public init(_ pieces: [WirePiece], of source: WireSource) throws(WireError) {
    var message = Segments()
    try message.append(pieces)
    byteCount = message.byteCount
    var offset = 0
    var blocks: [ArrayBlock] = []
    for segment in message.list {
      blocks += ArrayBlock.blocks(of: segment.content(of: source), byteCount: segment.byteCount, at: offset)
      offset += segment.byteCount
    }
    self.blocks = blocks
  }

  /// Writes the message.
  ///
  /// - Parameter descriptor: an empty file, open for reading and writing.
  /// - Throws: `WireError` if it cannot be written, or if what it is made of cannot be read.
  public func write(to descriptor: Int32) throws(WireError) {
    do throws(ArrayMover.Failure) {
      try ArrayMover.move(blocks, to: descriptor)
    } catch {
      switch error {
      case .read(let error): throw WireError(.file(error.rule), at: 0)
      case .write(let code): throw WireError(.cannotWrite(code), at: 0)
      }
    }
  }

  /// Whether a file is, byte for byte, what has to be written.
  ///
  /// - Throws: `WireError` where it, or what it is made of, cannot be read.
  public func isWritten(in file: InputFile) throws(WireError) -> Bool {
    guard file.byteCount == byteCount else { return false }
    do throws(FileError) {
      return try ArrayMover.areEqual(blocks, in: file)
    } catch {
      throw WireError(.file(error.rule), at: 0)
    }
  }
}

/// Pieces without nesting, each with its length.
private struct Segments {
  enum Segment {
    case copied(Range<Int>)
    case bytes([UInt8])
    case array(ArrayContent, byteCount: Int)

    var byteCount: Int {
      switch self {
      case .copied(let range): range.count
      case .bytes(let bytes): bytes.count
      case .array(_, let byteCount): byteCount
      }
    }

    func content(of source: WireSource) -> ArrayContent {
      switch self {
      case .copied(let range): source.content(from: range.lowerBound)
      case .bytes(let bytes): WireSource.memory(bytes).content(from: 0)
      case .array(let content, _): content
      }
    }
  }

  private(set) var list: [Segment] = []
  private(set) var byteCount = 0

  mutating func append(_ pieces: [WirePiece]) throws(WireError) {
    for piece in pieces {
      switch piece {
      case .copied(let range): try append(.copied(range))
      case .bytes(let bytes): try append(.bytes(bytes))
      case .array(let content, let byteCount): try append(.array(content, byteCount: byteCount))
      case .field(let number, let pieces):
        var inner = Segments()
        try inner.append(pieces)
        let length = UInt64(inner.byteCount)
        try append(.bytes(WirePiece.encoded(WirePiece.key(number, .bytes)) + WirePiece.encoded(length)))
        for segment in inner.list { try append(segment) }
      }
    }
  }

  private mutating func append(_ segment: Segment) throws(WireError) {
    guard segment.byteCount > 0 else { return }
    guard segment.byteCount <= WireWriter.largestMessage - byteCount else {
      throw WireError(.tooLarge(limit: WireWriter.largestMessage), at: 0)
    }
    byteCount += segment.byteCount
    switch (list.last, segment) {
    case (.copied(let before), .copied(let range)) where before.upperBound == range.lowerBound:
      list[list.count - 1] = .copied(before.lowerBound..<range.upperBound)
    case (.bytes(let before), .bytes(let bytes)): list[list.count - 1] = .bytes(before + bytes)
    default: list.append(segment)
    }
  }
}
