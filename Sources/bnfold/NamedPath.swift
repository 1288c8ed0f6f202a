import Bytes

/// An argument for an input of a model: `path`, or `name=path`.
struct NamedPath {
  /// The input; nil where none is named.
  let name: ByteString?
  let path: String

  init(_ argument: String) {
    if let sign = argument.firstIndex(of: "=") {
      name = ByteString(String(argument[..<sign]))
      path = String(argument[argument.index(after: sign)...])
    } else {
      name = nil
      path = argument
    }
  }

  /// Whether the name or the path is empty.
  var hasNothing: Bool { path.isEmpty || name?.isEmpty == true }
}
