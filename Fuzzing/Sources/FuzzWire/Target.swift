import Files
import FuzzedFile
import Wire

private let output = ScratchFile()!

/// Any bytes are messages or not; the fields of one lie in it without a gap, and a change of one leaves the others.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWire(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let source = WireSource.memory(bytes)
  let reader = WireReader(source)
  guard let fields = try? allFields(of: reader.message) else { return 0 }
  precondition(fields.last?.range.upperBound == count, "the fields do not end with the message")
  let fromFile = try? allFields(of: WireReader(.file(FuzzedFile.holding(start, count))).message)
  precondition(fields == fromFile, "a file is read in another way than memory")
  var (end, edit, expected) = (0, WireEdit(), [UInt8]())
  for field in fields {
    precondition(field.range.lowerBound == end, "there is a gap before a field")
    end = field.range.upperBound
    if field.number % 2 == 0 {
      edit.replace(field.range, with: [.bytes([0x08, 0x01])])
      expected += [0x08, 0x01]
    } else {
      expected += bytes[field.range]
    }
    lookInto(field, of: reader.message)
    _ = try? reader.numbers(.varint, in: field)
    _ = try? reader.numbers(.fixed32, in: field)
    _ = try? reader.numbers(.fixed64, in: field)
  }
  guard let pieces = try? edit.pieces(of: source), let writer = try? WireWriter(pieces, of: source),
    (try? writer.write(to: output.descriptor)) != nil
  else { preconditionFailure("a message cannot be written") }
  let file = InputFile(output, path: "written").part(0..<writer.byteCount)
  precondition((try? file.readAll(limit: .max)) == expected, "an edit has changed something else")
  return 0
}

private func allFields(of message: WireMessage) throws(WireError) -> [WireField] {
  var (message, fields) = (message, [WireField]())
  while let field = try message.next() { fields.append(field) }
  return fields
}

/// Reads what is in a field, if it is a message.
private func lookInto(_ field: WireField, of message: WireMessage) {
  guard let inner = try? message.message([field]), let fields = try? allFields(of: inner) else { return }
  for field in fields { lookInto(field, of: inner) }
}
