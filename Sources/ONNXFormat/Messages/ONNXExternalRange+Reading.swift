import Bytes
import Files
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
    guard let location = RelativePath(locations[0].value)?.text else {
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
}
