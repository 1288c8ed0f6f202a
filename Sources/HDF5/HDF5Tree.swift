import Arrays
import Bytes
import Elements
import Files

/// The content of an HDF5 file as a value: what a file has, or what one shall have.
///
/// Reading gives a tree in which everything is `stored`; editing the file is editing the tree; writing copies
/// what is still stored and puts the rest in its place.
public struct HDF5Group: Sendable {
  public var attributes: [HDF5Attribute] = []
  /// Named members, in ascending order of their names.
  public var members: [Member] = []

  /// A named member of a group.
  public struct Member: Sendable {
    public var name: ByteString
    public var node: HDF5Node

    public init(name: ByteString, node: HDF5Node) {
      self.name = name
      self.node = node
    }
  }

  public init() {}
}

/// A group or a dataset.
public enum HDF5Node: Sendable {
  case group(HDF5Group)
  case dataset(HDF5Dataset)
  /// A type with a name, which is carried as it is.
  case namedType(HDF5Path)
}

extension HDF5Node {
  /// Whether there is any array in it.
  public var hasArrays: Bool {
    switch self {
    case .dataset: true
    case .group(let group): group.members.contains { $0.node.hasArrays }
    case .namedType: false
    }
  }
}

/// An array in an HDF5 file.
public struct HDF5Dataset: Sendable {
  /// Where the elements come from.
  public enum Content: Sendable {
    /// As they are in the file that was read.
    case stored(HDF5StoredArray)
    /// As in the file that was read, each multiplied by its channel's factor and rounded once.
    case scaled(HDF5StoredArray, ElementScale)
    /// Elements that are new, or in another file.
    case made(ArrayContent)
  }

  public var shape: Shape
  public var elementType: ElementType
  public var content: Content
  /// Without the one that says that the elements are bfloat16, which `elementType` says.
  public var attributes: [HDF5Attribute] = []

  public init(shape: Shape, elementType: ElementType, content: Content) {
    self.shape = shape
    self.elementType = elementType
    self.content = content
  }

  /// A new array, or one of another file.
  public init(_ array: NamedArray) {
    self.init(shape: array.shape, elementType: array.elementType, content: .made(array.content))
  }

  /// Other elements in the place of these, with the same attributes.
  public func replaced(by other: HDF5Dataset) -> HDF5Dataset {
    var result = other
    result.attributes = attributes
    return result
  }

  /// Bytes of the array without compression, nil where the element's size is unknown.
  public var byteCount: Int? {
    guard let count = shape.checkedElementCount, let size = elementType.byteCount else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    return overflow ? nil : bytes
  }
}

/// The place of an array in the file that was read.
public struct HDF5StoredArray: Sendable, Hashable {
  public var path: HDF5Path
  /// The offset in the file, where the array lies there in one piece and unfiltered; otherwise nil.
  public var offset: Int?
}

/// A named attribute of a group or dataset.
public struct HDF5Attribute: Sendable {
  /// What the attribute holds.
  public enum Content: Sendable {
    /// As it is in the file that was read, on this object.
    case stored(on: HDF5Path)
    /// New text.
    case strings(HDF5Strings)
  }

  public var name: ByteString
  public var content: Content

  public init(name: ByteString, content: Content) {
    self.name = name
    self.content = content
  }
}

/// Text in an attribute.
public struct HDF5Strings: Sendable, Hashable {
  /// How HDF5 stores the characters.
  public enum Storage: Sendable, Hashable {
    /// Each string has its own length.
    case variable
    /// All strings have the same number of bytes, padded with zeros.
    case fixed
  }

  public var values: [ByteString]
  /// One string without a dimension, as against a list.
  public var isScalar: Bool
  public var storage: Storage
  /// Whether the type declares UTF-8 rather than ASCII.
  public var isUTF8: Bool

  public init(values: [ByteString], isScalar: Bool, storage: Storage, isUTF8: Bool) {
    self.values = values
    self.isScalar = isScalar
    self.storage = storage
    self.isUTF8 = isUTF8
  }
}

extension HDF5Strings {
  /// Strings of the same width, each without the zeros behind it.
  ///
  /// - Returns: nil where a zero stands before another character: Keras would see another name than a reader that ends
  ///   at the zero.
  /// - Precondition: the width is positive.
  public static func split(_ text: [UInt8], width: Int) -> [ByteString]? {
    var values: [ByteString] = []
    for block in (0..<text.count).blocks(of: width) {
      let value = text[block].prefix { $0 != 0 }
      guard text[block].dropFirst(value.count).allSatisfy({ $0 == 0 }) else { return nil }
      values.append(ByteString(value))
    }
    return values
  }
}

extension HDF5Group {
  /// The member at a path; nil if there is none.
  public subscript(path: [ByteString]) -> HDF5Node? {
    guard let name = path.first, let index = index(of: name) else { return path.isEmpty ? .group(self) : nil }
    if path.count == 1 { return members[index].node }
    guard case .group(let group) = members[index].node else { return nil }
    return group[Array(path.dropFirst())]
  }

  /// Whether there is an array at a path, or in a group there.
  public func hasArrays(at path: [ByteString]) -> Bool { self[path]?.hasArrays ?? false }

  /// Puts a node at a path, making the groups on the way.
  public mutating func set(_ node: HDF5Node, at path: [ByteString]) {
    guard let name = path.first else { return }
    var placed = node
    if path.count > 1 {
      var group = HDF5Group()
      if let index = index(of: name), case .group(let present) = members[index].node { group = present }
      group.set(node, at: Array(path.dropFirst()))
      placed = .group(group)
    }
    if let index = index(of: name) {
      members[index].node = placed
    } else {
      let place = members.firstIndex { name < $0.name } ?? members.endIndex
      members.insert(Member(name: name, node: placed), at: place)
    }
  }

  /// Puts an array at a path; if there is one already, its attributes stay.
  public mutating func replace(arrayAt path: [ByteString], with dataset: HDF5Dataset) {
    guard case .dataset(let present)? = self[path] else { return set(.dataset(dataset), at: path) }
    set(.dataset(present.replaced(by: dataset)), at: path)
  }

  /// Removes what is at a path, and the groups on the way that have nothing left in them.
  public mutating func remove(at path: [ByteString]) {
    guard let name = path.first, let index = index(of: name) else { return }
    guard path.count > 1 else {
      members.remove(at: index)
      return
    }
    guard case .group(var group) = members[index].node else { return }
    group.remove(at: Array(path.dropFirst()))
    if group.members.isEmpty && group.attributes.isEmpty {
      members.remove(at: index)
    } else {
      members[index].node = .group(group)
    }
  }

  /// Changes the group at a path, if there is one.
  public mutating func update(groupAt path: [ByteString], _ change: (inout HDF5Group) -> Void) {
    guard let name = path.first else { return change(&self) }
    guard let index = index(of: name), case .group(var group) = members[index].node else { return }
    group.update(groupAt: Array(path.dropFirst()), change)
    members[index].node = .group(group)
  }

  /// Removes attributes and puts others in their place.
  public mutating func replace(attributes names: [ByteString], with replacements: [HDF5Attribute]) {
    attributes.removeAll { names.contains($0.name) }
    attributes = (attributes + replacements).sorted { $0.name < $1.name }
  }

  /// Does something with each array, in ascending order of their names.
  public func forEachDataset(at path: HDF5Path = .root, _ body: (HDF5Path, HDF5Dataset) -> Void) {
    for member in members {
      let place = path.appending(member.name)
      switch member.node {
      case .group(let group): group.forEachDataset(at: place, body)
      case .dataset(let dataset): body(place, dataset)
      case .namedType: break
      }
    }
  }

  /// How many attributes of all groups have a name of some kind.
  public func attributes(where isCounted: (ByteString) -> Bool) -> Int {
    members.reduce(attributes.filter { isCounted($0.name) }.count) { count, member in
      guard case .group(let group) = member.node else { return count }
      return count + group.attributes(where: isCounted)
    }
  }

  /// How many attributes all arrays have.
  public var arrayAttributes: Int {
    var count = 0
    forEachDataset { _, dataset in count += dataset.attributes.count }
    return count
  }

  private func index(of name: ByteString) -> Int? {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if members[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < members.count && members[low].name == name ? low : nil
  }
}
