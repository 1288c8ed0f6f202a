import Bytes

/// Where an object stands in an HDF5 file.
public struct HDF5Path: Hashable, Sendable, CustomStringConvertible {
  /// Names of links from the root; empty for the root itself.
  public var components: [ByteString]

  public init(_ components: [ByteString] = []) { self.components = components }

  public static let root = HDF5Path()

  public func appending(_ name: ByteString) -> HDF5Path { HDF5Path(components + [name]) }

  /// The path as `/group/dataset`, with unprintable characters escaped.
  public var description: String { "/" + components.map(\.description).joined(separator: "/") }

  /// The path as bytes, `/group/dataset`.
  var bytes: [UInt8] {
    var text = components.isEmpty ? [UInt8(ascii: "/")] : []
    for component in components {
      text.append(UInt8(ascii: "/"))
      text += component.bytes
    }
    return text
  }

  /// The path as libhdf5 takes it.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    ByteString(bytes).withCString(body)
  }
}

extension ByteString {
  /// The name as libhdf5 takes it.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}
