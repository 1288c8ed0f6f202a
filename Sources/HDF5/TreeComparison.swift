import Tensor

/// Compares a written file with the tree that it was to have.
public struct TreeComparison {
  private let source: HDF5File
  private let written: HDF5File

  private static let blockElements = 1 << 16

  /// - Parameters:
  ///   - source: the file that the tree's stored parts belong to.
  ///   - written: the new file, read back.
  public init(source: HDF5File, written: HDF5File) {
    self.source = source
    self.written = written
  }

  /// The first difference in words; nil if every group, name, shape, type, text and element is as it was to be.
  ///
  /// - Throws: `HDF5Error` where one of the files cannot be read.
  public func difference(from tree: HDF5Group) throws(HDF5Error) -> String? {
    try difference(tree, written.tree, at: .root)
  }

  private func difference(
    _ expected: HDF5Group, _ found: HDF5Group, at path: HDF5Path
  ) throws(HDF5Error) -> String? {
    guard expected.attributes.map(\.name) == found.attributes.map(\.name),
      expected.members.map(\.name) == found.members.map(\.name)
    else { return "\(path) has other members or attributes" }
    for attribute in expected.attributes where try !hasText(of: attribute, on: path) {
      return "the attribute \(attribute.name) of \(path) is another one"
    }
    for (member, other) in zip(expected.members, found.members) {
      let place = path.appending(member.name)
      switch (member.node, other.node) {
      case (.group(let group), .group(let other)):
        if let difference = try difference(group, other, at: place) { return difference }
      case (.dataset(let dataset), .dataset(let other)):
        if try !isEqual(dataset, other) { return "the array \(place) is another one" }
      case (.namedType, .namedType): break
      default: return "\(place) is of another kind"
      }
    }
    return nil
  }

  /// Whether text is as it was to be; attributes without text were copied by libhdf5 as they were.
  private func hasText(of attribute: HDF5Attribute, on path: HDF5Path) throws(HDF5Error) -> Bool {
    let found = try written.strings(attribute.name, on: path)
    switch attribute.content {
    case .stored(let original): return try source.strings(attribute.name, on: original)?.values == found?.values
    case .strings(let strings): return strings.values == found?.values
    }
  }

  private func isEqual(_ expected: HDF5Dataset, _ found: HDF5Dataset) throws(HDF5Error) -> Bool {
    guard expected.shape == found.shape, expected.elementType == found.elementType,
      case .stored(let stored) = found.content
    else { return false }
    guard stored.elementBytes > 0 else { return true }
    for block in (0..<expected.shape.elementCount).blocks(of: Self.blockElements) {
      guard try bytes(of: expected, block) == written.read(found, elements: block) else { return false }
    }
    return true
  }

  private func bytes(of dataset: HDF5Dataset, _ block: Range<Int>) throws(HDF5Error) -> [UInt8] {
    switch dataset.content {
    case .stored: return try source.read(dataset, elements: block)
    case .values(let values): return dataset.elementType.encode(Array(values[block]))
    case .scaled(let stored, let scale):
      let original = HDF5Dataset(
        shape: dataset.shape, elementType: dataset.elementType, content: .stored(stored))
      var bytes = try source.read(original, elements: block)
      bytes.withUnsafeMutableBytes { scale.apply(to: $0, type: dataset.elementType, first: block.lowerBound) }
      return bytes
    }
  }
}
