import Arrays
import Bytes
import Files

/// Compares a written file with the tree that it was to have.
public struct TreeComparison: Sendable {
  private let expected: HDF5Contents
  private let written: HDF5File

  /// - Parameters:
  ///   - expected: what the file was to have.
  ///   - written: the new file, read back.
  public init(_ expected: HDF5Contents, written: HDF5File) {
    self.expected = expected
    self.written = written
  }

  /// The first difference in words; nil if every group, name, shape, type, text and element is as it was to be.
  ///
  /// - Throws: `HDF5Error` where one of the files cannot be read.
  public func difference() throws(HDF5Error) -> String? {
    var blocks: [ArrayBlock] = []
    if let difference = try difference(expected.tree, written.tree, at: .root, &blocks) { return difference }
    do throws(FileError) {
      return try ArrayMover.areEqual(blocks, in: written.input) ? nil : "the elements of an array are others"
    } catch {
      throw HDF5Error(.file(error.rule), at: "/")
    }
  }

  private func difference(
    _ expected: HDF5Group, _ found: HDF5Group, at path: HDF5Path, _ blocks: inout [ArrayBlock]
  ) throws(HDF5Error) -> String? {
    guard expected.members.map(\.name) == found.members.map(\.name) else {
      return "\(path) has other members"
    }
    if let difference = try difference(expected.attributes, found.attributes, of: path) { return difference }
    for (member, other) in zip(expected.members, found.members) {
      let place = path.appending(member.name)
      switch (member.node, other.node) {
      case (.group(let group), .group(let other)):
        if let difference = try difference(group, other, at: place, &blocks) { return difference }
      case (.dataset(let dataset), .dataset(let other)):
        if let difference = try difference(dataset.attributes, other.attributes, of: place) {
          return difference
        }
        if try !isEqual(dataset, other, &blocks) { return "the array \(place) is another one" }
      case (.namedType, .namedType): break
      default: return "\(place) is of another kind"
      }
    }
    return nil
  }

  private func difference(
    _ expected: [HDF5Attribute], _ found: [HDF5Attribute], of path: HDF5Path
  ) throws(HDF5Error) -> String? {
    guard expected.map(\.name) == found.map(\.name) else { return "\(path) has other attributes" }
    for attribute in expected where try !hasText(of: attribute, on: path) {
      return "the attribute \(attribute.name) of \(path) is another one"
    }
    return nil
  }

  /// Whether text is as it was to be; attributes without text were copied by libhdf5 as they were.
  private func hasText(of attribute: HDF5Attribute, on path: HDF5Path) throws(HDF5Error) -> Bool {
    let found = try written.strings(attribute.name, on: path)
    switch attribute.content {
    case .stored(let original):
      return try expected.source.strings(attribute.name, on: original)?.values == found?.values
    case .strings(let strings): return strings.values == found?.values
    }
  }

  /// Whether an array is as it was to be; the elements of one in one piece are left to be compared as blocks.
  private func isEqual(
    _ expected: HDF5Dataset, _ found: HDF5Dataset, _ blocks: inout [ArrayBlock]
  ) throws(HDF5Error) -> Bool {
    guard expected.shape == found.shape, expected.elementType == found.elementType,
      case .stored(let stored) = found.content
    else { return false }
    // Elements that are only carried were copied by libhdf5, undecoded.
    guard expected.elementType.byteCount != nil else { return true }
    if let offset = stored.offset {
      blocks += self.expected.blocks(of: expected, at: offset)
      return true
    }
    return try self.expected.elements(of: expected) == written.contents.elements(of: found)
  }
}
