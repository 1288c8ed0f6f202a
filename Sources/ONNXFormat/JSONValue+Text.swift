import Bytes
import LosslessJSON

extension JSONValue {
  /// A text that stands in no document.
  init(text: ByteString) { self.init(.string(text)) }

  /// A list of names.
  init(names: [ByteString]) { self.init(.array(names.map { JSONValue(text: $0) })) }
}
