import Arrays
import Bytes
import Elements
import Files

/// What differs between two models, part by part and array by array.
public struct ModelDifference: Sendable, Codable {
  public let entries: [Entry]
  /// Arrays of which every bit is the same.
  public let equalArrays: Int

  /// Something that is different.
  public struct Entry: Sendable, Codable {
    /// The name of a layer or of an array.
    public let name: ByteString
    /// The layer that an array belongs to; nil for a layer, and in files that have arrays only.
    public private(set) var layer: ByteString?
    public let kind: Kind
  }

  /// What is different.
  public enum Kind: Sendable, Codable {
    case partRemoved(arrays: Int)
    case partAdded(arrays: Int)
    /// The layer is another one, in words.
    case part(String)
    case arrayRemoved
    case arrayAdded
    case array(ArrayDifference)
    /// Elements of a type whose size is not known.
    case arrayNotCompared(ElementType)
  }

  public var isEmpty: Bool { entries.isEmpty }
}

extension ModelDifference {
  /// Compares two models.
  ///
  /// Parts belong together by their names; so do arrays, or by their place in a layer that has as many in both.
  ///
  /// - Throws: `FileError` where elements cannot be read.
  public init(_ before: [ModelPart], _ after: [ModelPart]) throws(FileError) {
    var comparison = Comparison()
    // Two parts may have the same name: the first of one file belongs to the first of the other.
    var others: [ByteString: ArraySlice<ModelPart>] = [:]
    for part in after { others[part.name, default: []].append(part) }
    for part in before {
      guard let other = others[part.name]?.popFirst() else {
        comparison.entries.append(Entry(name: part.name, kind: .partRemoved(arrays: part.arrays.count)))
        continue
      }
      try comparison.compare(part, other)
    }
    for part in after.reversed() where others[part.name]?.popLast() != nil {
      comparison.entries.append(Entry(name: part.name, kind: .partAdded(arrays: part.arrays.count)))
    }
    self.init(entries: comparison.entries, equalArrays: comparison.equalArrays)
  }

  private struct Comparison {
    var entries: [Entry] = []
    var equalArrays = 0

    mutating func compare(_ part: ModelPart, _ other: ModelPart) throws(FileError) {
      let layer = part.description == nil ? nil : part.name
      if let description = part.description, let second = other.description,
        let what = description.difference(from: second)
      {
        entries.append(Entry(name: part.name, kind: .part(what)))
      }
      let others = Dictionary(other.arrays.map { ($0.name, $0) }) { first, _ in first }
      let known = Set(part.arrays.map(\.name))
      // Several arrays of a part may have one name, such as those of both branches of a condition.
      let haveSameNames = part.arrays.map(\.name) == other.arrays.map(\.name)
      let areRenamed =
        known != Set(others.keys) && part.description != nil && part.arrays.count == other.arrays.count
      guard haveSameNames || areRenamed else {
        for array in part.arrays {
          if let second = others[array.name] {
            try compare(array, second, of: layer)
          } else {
            entries.append(Entry(name: array.name, layer: layer, kind: .arrayRemoved))
          }
        }
        entries += other.arrays.filter { !known.contains($0.name) }
          .map { Entry(name: $0.name, layer: layer, kind: .arrayAdded) }
        return
      }
      for (array, second) in zip(part.arrays, other.arrays) { try compare(array, second, of: layer) }
    }

    private mutating func compare(
      _ array: NamedArray, _ other: NamedArray, of layer: ByteString?
    ) throws(FileError) {
      let areUnknown = [array, other].contains { $0.byteCount == 0 && $0.shape.elementCount > 0 }
      if areUnknown {
        entries.append(Entry(name: array.name, layer: layer, kind: .arrayNotCompared(array.elementType)))
      } else if let difference = try ArrayDifference(array, other) {
        entries.append(Entry(name: array.name, layer: layer, kind: .array(difference)))
      } else {
        equalArrays += 1
      }
    }
  }
}
