import Bytes
import ModelFormats

extension ONNXExternalRange {
  /// What the entries of `external_data` say.
  ///
  /// A length is not believed but compared; a checksum is carried.
  /// Source: onnx/docs/ExternalData.md.
  ///
  /// - Parameters:
  ///   - entries: keys and values.
  ///   - expected: the bytes that shape and type need; nil where these are not known.
  /// - Throws: `ModelFileError` where the file may be anywhere, or the numbers do not fit.
  init(
    _ entries: [(key: ByteString, value: ByteString)], expected: Int?, in message: ONNXMessage
  ) throws(ModelFileError) {
    let locations = entries.filter { $0.key == "location" }
    guard locations.count == 1 else { throw message.problem(.location) }
    guard let location = Self.normalized(locations[0].value) else {
      throw message.problem(.forbiddenLocation(locations[0].value))
    }
    func number(_ key: ByteString) throws(ModelFileError) -> Int? {
      let values = entries.filter { $0.key == key }.map(\.value)
      guard let value = values.first else { return nil }
      guard values.count == 1, value.bytes.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
        let number = Int(String(decoding: value.bytes, as: UTF8.self))
      else { throw message.problem(.externalNumber(key: key)) }
      return number
    }
    let offset = try number("offset") ?? 0
    let stated = try number("length")
    guard let length = expected ?? stated else { throw message.problem(.externalNumber(key: "length")) }
    if let stated, stated != length {
      throw message.problem(.byteCount(found: stated, expected: length))
    }
    guard !offset.addingReportingOverflow(length).overflow else { throw message.problem(.sizeOverflow) }
    self.init(location: location, offset: offset, length: length)
  }

  /// The most bytes of a path that Linux opens, and of a name in it.
  private static let (longestPath, longestName) = (4095, 255)

  /// A path that cannot lead out of the folder, whatever is on the disk; nil where it may.
  ///
  /// Backslashes separate on other systems, where the same model would mean another file.
  static func normalized(_ location: ByteString) -> ByteString? {
    let parts = location.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard location.bytes.count <= longestPath, !location.bytes.contains(0),
      !location.bytes.contains(UInt8(ascii: "\\")),
      parts.allSatisfy({ !$0.isEmpty && $0.count <= longestName && !$0.elementsEqual("..".utf8) })
    else { return nil }
    let named = parts.filter { !$0.elementsEqual(".".utf8) }
    guard let last = parts.last, !last.elementsEqual(".".utf8) else { return nil }
    return ByteString(joining: named.map { ByteString($0) }, separator: UInt8(ascii: "/"))
  }
}
