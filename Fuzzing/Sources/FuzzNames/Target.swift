import Bytes
import HDF5
import KerasFormat
import LosslessJSON

/// Any bytes can be names: split, shown to a person, and put into JSON, without a trace on the terminal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNames(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let width = Int(start[0]) % 64 + 1
  // The first names only: more of them take longer and show nothing new.
  for name in (HDF5Strings.split(bytes, width: width) ?? [ByteString(bytes)]).prefix(2) {
    precondition(name.bytes.count <= max(width, bytes.count))
    let shown = name.description
    precondition(shown.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character is shown")
    let quoted = JSONEditor.quoted(name)
    precondition(quoted.bytes.allSatisfy { (0x20...0x7E).contains($0) }, "the JSON is not plain ASCII")
    guard let value = try? JSONDocument(parsing: quoted.bytes).root.string else {
      preconditionFailure("a quoted name is no JSON")
    }
    let isUTF8 = String(validating: name.bytes, as: UTF8.self) != nil
    precondition(!isUTF8 || value == name, "a quoted name is another name")
    _ = KerasGeneration(version: name)
    _ = name.split(separator: UInt8(ascii: "/"))
  }
  return 0
}
