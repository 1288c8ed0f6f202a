import Bytes
import ModelFormats
import Wire

/// A message of a model, whose errors have the file's name.
struct ONNXMessage {
  private var wire: WireMessage
  let reader: WireReader
  /// The path of the file.
  let path: String

  /// Names are kept in memory, and no name needs more.
  private static let longestName = 1 << 16

  /// The message that is the whole file.
  init(_ reader: WireReader, path: String) {
    (wire, self.reader, self.path) = (reader.message, reader, path)
  }

  private init(_ wire: WireMessage, in outer: ONNXMessage) {
    (self.wire, reader, path) = (wire, outer.reader, outer.path)
  }

  /// The next field; nil at the end.
  mutating func next() throws(ModelFileError) -> WireField? {
    do throws(WireError) {
      return try wire.next()
    } catch {
      throw problem(error)
    }
  }

  /// Does something with each field.
  func forEachField(
    _ body: (WireField) throws(ModelFileError) -> Void
  ) throws(ModelFileError) {
    var message = self
    while let field = try message.next() { try body(field) }
  }

  /// The message that fields of this one are together: one, unless it is repeated without leave.
  func message(_ fields: [WireField]) throws(ModelFileError) -> ONNXMessage {
    do throws(WireError) {
      return ONNXMessage(try wire.message(fields), in: self)
    } catch {
      throw problem(error)
    }
  }

  func message(_ field: WireField) throws(ModelFileError) -> ONNXMessage { try message([field]) }

  /// Runs something on the wire.
  func onWire<Result>(_ body: (WireReader) throws(WireError) -> Result) throws(ModelFileError) -> Result {
    do throws(WireError) {
      return try body(reader)
    } catch {
      throw problem(error)
    }
  }

  /// A whole number.
  func integer(_ field: WireField) throws(ModelFileError) -> Int64 {
    Int64(bitPattern: try onWire { (_) throws(WireError) in try field.varint })
  }

  /// A whole number of 32 bits; as in protobuf, the upper ones are ignored.
  func integer32(_ field: WireField) throws(ModelFileError) -> Int32 {
    Int32(truncatingIfNeeded: try integer(field))
  }

  /// Whole numbers, packed or not.
  func integers(_ field: WireField) throws(ModelFileError) -> [Int64] {
    try onWire { (reader) throws(WireError) in try reader.numbers(.varint, in: field) }
      .map { Int64(bitPattern: $0) }
  }

  /// Numbers of 32 bits, packed or not.
  func floats(_ field: WireField) throws(ModelFileError) -> [Float] {
    try onWire { (reader) throws(WireError) in try reader.numbers(.fixed32, in: field) }
      .map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
  }

  func payload(_ field: WireField) throws(ModelFileError) -> Range<Int> {
    try onWire { (_) throws(WireError) in try field.payload }
  }

  /// A name.
  func name(_ field: WireField) throws(ModelFileError) -> ByteString {
    let count = try payload(field).count
    guard let name = try text(field) else { throw problem(.longName(bytes: count, limit: Self.longestName)) }
    return name
  }

  /// A text that may be anything; nil where it is too long to be kept.
  func text(_ field: WireField) throws(ModelFileError) -> ByteString? {
    let range = try payload(field)
    guard range.count <= Self.longestName else { return nil }
    return ByteString(try onWire { (reader) throws(WireError) in try reader.bytes(range) })
  }

  /// The two texts of an entry: key and value; no value where it is too long to be kept.
  func entry(_ field: WireField) throws(ModelFileError) -> (key: ByteString, value: ByteString?) {
    let message = try message(field)
    var entry: (key: ByteString, value: ByteString?) = ("", "")
    try message.forEachField { (field) throws(ModelFileError) in
      switch field.number {
      case 1: entry.key = try message.name(field)
      case 2: entry.value = try message.text(field)
      default: break
      }
    }
    return entry
  }

  func problem(_ rule: ONNXRule) -> ModelFileError { ModelFileError(rule, file: path) }

  func problem(_ error: WireError) -> ModelFileError { ModelFileError(.wire(error), file: path) }

  /// Runs something whose errors are about a part of this message.
  func at<Result>(
    _ place: @autoclosure () -> String, _ body: () throws(ModelFileError) -> Result
  ) throws(ModelFileError) -> Result {
    do throws(ModelFileError) {
      return try body()
    } catch {
      let places = [place(), error.place].filter { !$0.isEmpty }
      throw ModelFileError(error.rule, file: error.file, place: places.joined(separator: ", "))
    }
  }
}
