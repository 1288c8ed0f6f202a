/// A file that is no array in NumPy's format, or one that bnfold does not read.
public enum NumPyError: Error, Sendable, Hashable {
  case notNumPy
  case unsupportedVersion(major: UInt8)
  /// The description of the array is not the dictionary that the format asks for.
  case header(String)
  case unsupportedType(String)
  case size(expected: Int, found: Int)
}

extension NumPyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notNumPy: "this is not an array in NumPy's format"
    case .unsupportedVersion(let major): "version \(major) of NumPy's format is not known"
    case .header(let what): "the array's header \(what)"
    case .unsupportedType(let type):
      "elements of type \(type) are not read; save them as float16, float32, float64, bool or little-endian integers"
    case .size(let expected, let found): "the array has \(found) bytes of data; its shape needs \(expected)"
    }
  }
}
