import Arrays
import Bytes
import LosslessJSON

/// A layer of a model, or a module of a state dictionary, with its arrays.
public struct ModelPart: Sendable {
  /// With the names of outer layers in front.
  public let name: ByteString
  /// The class and the attributes of a layer; nil where the file has arrays only.
  public let description: Description?
  public let arrays: [NamedArray]

  /// What a layer is.
  public struct Description: Sendable {
    public let className: ByteString
    /// The attributes; nil for a model, whose layers are parts themselves.
    public let configuration: JSONValue?
    /// From which tensors it is called, or which ones a model takes and gives.
    public let connections: [JSONValue?]
    /// The names of the layers of a model, in their order.
    public let layers: [ByteString]

    public init(
      className: ByteString, configuration: JSONValue?, connections: [JSONValue?] = [],
      layers: [ByteString] = []
    ) {
      self.className = className
      self.configuration = configuration
      self.connections = connections
      self.layers = layers
    }
  }

  public init(name: ByteString, description: Description?, arrays: [NamedArray]) {
    self.name = name
    self.description = description
    self.arrays = arrays
  }

  /// Parts of arrays that have nothing but their names: what stands before the last separator is the part.
  public static func parts(of arrays: [NamedArray]) -> [ModelPart] {
    var order: [ByteString] = []
    var groups: [ByteString: [NamedArray]] = [:]
    for array in arrays {
      let separators = [UInt8(ascii: "."), UInt8(ascii: "/")]
      let end = array.name.bytes.lastIndex { separators.contains($0) } ?? 0
      let name = ByteString(array.name.bytes[..<end])
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(array)
    }
    return order.map { ModelPart(name: $0, description: nil, arrays: groups[$0] ?? []) }
  }
}

extension ModelPart.Description {
  /// What differs, in words; nil if nothing does that a layer computes with.
  func difference(from other: ModelPart.Description) -> String? {
    guard Self.ownName(className) == Self.ownName(other.className) else {
      return "the class is \(other.className) instead of \(className)"
    }
    var changes: [String] = []
    if let configuration, let second = other.configuration {
      let keys = Self.keys(of: configuration, and: second)
      let changed = keys.filter { !Self.areEqual(configuration[$0], second[$0]) }
      if !changed.isEmpty {
        changes.append("other attributes: " + changed.map(\.description).joined(separator: ", "))
      } else if configuration.members == nil, !Self.areEqual(configuration, second) {
        // Those of formats whose attributes are one text.
        changes.append("other attributes")
      }
    }
    let areConnected = zip(connections, other.connections).allSatisfy { Self.areEqual($0, $1) }
    if connections.count != other.connections.count || !areConnected { changes.append("other connections") }
    // Layers that only one of them has are parts of their own.
    let common = Set(layers).intersection(other.layers)
    if layers.filter(common.contains) != other.layers.filter(common.contains) {
      changes.append("another order of the layers")
    }
    return changes.isEmpty ? nil : changes.joined(separator: "; ")
  }

  /// Formats differ in whether a registered class is written with its package in front.
  private static func ownName(_ name: ByteString) -> ByteString {
    ByteString(name.bytes.split(separator: UInt8(ascii: ">")).last ?? [])
  }

  /// What the formats of Keras write in different ways without meaning anything else.
  private static let formatKeys: Set<ByteString> = [
    "module", "registered_name", "build_config", "compile_config", "shared_object_id",
  ]

  private static func keys(of first: JSONValue, and second: JSONValue) -> [ByteString] {
    let keys = Set((first.members ?? []).map(\.key) + (second.members ?? []).map(\.key))
    return keys.subtracting(formatKeys).sorted()
  }

  private static func areEqual(_ first: JSONValue?, _ second: JSONValue?) -> Bool {
    guard let first, let second else { return (first ?? second)?.isNull ?? true }
    switch (first.kind, second.kind) {
    case (.object, .object):
      return keys(of: first, and: second).allSatisfy { areEqual(first[$0], second[$0]) }
    case (.array(let values), .array(let others)):
      return values.count == others.count && zip(values, others).allSatisfy { areEqual($0, $1) }
    case (.string(let text), .string(let other)): return text == other
    case (.number(let spelling), .number(let other)):
      return spelling == other || first.double == second.double
    case (.boolean(let value), .boolean(let other)): return value == other
    case (.null, .null): return true
    default: return false
    }
  }
}
