import Arrays
import Bytes
import Elements
import Files

/// A tree, together with the file that its stored parts lie in.
public struct HDF5Contents: Sendable {
  public var tree: HDF5Group
  private let file: HDF5File?

  /// The content of a file as it is, or an edited form of it.
  public init(_ tree: HDF5Group, storedIn file: HDF5File) {
    self.tree = tree
    self.file = file
  }

  /// A tree of which nothing is stored in an HDF5 file.
  public init(made tree: HDF5Group) {
    self.tree = tree
    file = nil
  }

  /// The file with the stored parts.
  ///
  /// - Precondition: there are any.
  var source: HDF5File {
    guard let file else { preconditionFailure("only a tree with a file has stored parts") }
    return file
  }

  /// The text of an attribute; nil if there is no such attribute, or if it holds no text.
  ///
  /// - Throws: `HDF5Error` where the attribute is damaged or too large.
  public func strings(_ name: ByteString, on path: HDF5Path) throws(HDF5Error) -> HDF5Strings? {
    guard case .group(let group)? = tree[path.components],
      let attribute = group.attributes.first(where: { $0.name == name })
    else { return nil }
    switch attribute.content {
    case .stored(let original): return try source.strings(name, on: original)
    case .strings(let strings): return strings
    }
  }

  /// Elements of an array as they are, or are to be, stored, little endian.
  ///
  /// - Parameters:
  ///   - dataset: an array of this tree whose elements have a size.
  ///   - elements: which ones, in row-major order.
  /// - Throws: `HDF5Error` where they cannot be read.
  public func read(_ dataset: HDF5Dataset, elements: Range<Int>) throws(HDF5Error) -> [UInt8] {
    guard let size = dataset.elementType.byteCount else {
      preconditionFailure("not an array whose elements have a size")
    }
    let range = elements.lowerBound * size..<elements.upperBound * size
    if case .stored(let stored) = dataset.content, stored.offset == nil {
      return Array(try source.decoded(stored.path, shape: dataset.shape, elementBytes: size)[range])
    }
    do throws(FileError) {
      return try content(of: dataset).bytes(range)
    } catch {
      throw HDF5Error(.file(error.rule), at: "/")
    }
  }

  /// Reads elements of an array, as `read(_:elements:)` gives them, into memory for just these.
  ///
  /// - Throws: `HDF5Error` where they cannot be read.
  public func read(
    _ dataset: HDF5Dataset, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    guard case .stored(let stored) = dataset.content, let offset = stored.offset,
      let size = dataset.elementType.byteCount
    else { return buffer.copyBytes(from: try read(dataset, elements: elements)) }
    do throws(FileError) {
      try source.input.fill(buffer, from: offset + elements.lowerBound * size)
    } catch {
      throw HDF5Error(.file(error.rule), at: "/")
    }
  }

  /// All arrays, named by their paths without the slash in front.
  public var arrays: [NamedArray] {
    var arrays: [NamedArray] = []
    tree.forEachDataset { path, dataset in
      arrays.append(array(dataset, at: path))
    }
    return arrays
  }

  /// An array of this tree, named by its path without the slash in front.
  public func array(_ dataset: HDF5Dataset, at path: HDF5Path) -> NamedArray {
    NamedArray(
      name: ByteString(joining: path.components, separator: UInt8(ascii: "/")),
      elementType: dataset.elementType, shape: dataset.shape, content: content(of: dataset))
  }

  /// Where the elements of an array come from.
  public func content(of dataset: HDF5Dataset) -> ArrayContent {
    switch dataset.content {
    case .stored(let stored): content(of: stored, dataset)
    case .scaled(let stored, let scale): .scaled(content(of: stored, dataset), scale, dataset.elementType)
    case .made(let content): content
    }
  }

  private func content(of stored: HDF5StoredArray, _ dataset: HDF5Dataset) -> ArrayContent {
    let source = source
    if let offset = stored.offset { return .stored(source.input, offset: offset) }
    let size = dataset.elementType.byteCount ?? 0
    return .decoded { (range) throws(FileError) in
      do throws(HDF5Error) {
        return Array(try source.decoded(stored.path, shape: dataset.shape, elementBytes: size)[range])
      } catch {
        guard case .file(let rule) = error.rule else {
          throw FileError(.damaged("\(error)"), path: source.path)
        }
        throw FileError(rule, path: source.path)
      }
    }
  }

  /// The pieces of an array that stands in a new file in one piece.
  func blocks(of dataset: HDF5Dataset, at offset: Int) -> [ArrayBlock] {
    ArrayBlock.blocks(of: content(of: dataset), byteCount: dataset.byteCount ?? 0, at: offset)
  }

  /// All elements of an array.
  func elements(of dataset: HDF5Dataset) throws(HDF5Error) -> [UInt8] {
    try read(dataset, elements: 0..<dataset.shape.elementCount)
  }
}
