import Arrays
import Bytes
import Elements
import Files

/// How two arrays of the same place differ.
public struct ArrayDifference: Sendable, Equatable, Codable {
  public let shapes: Change<Shape>?
  public let types: Change<ElementType>?
  /// Elements that are others; for arrays of different types, those with another value.
  public let differentElements: Int
  public let elements: Int
  /// The largest distance between two finite elements; nil where they are no numbers that bnfold computes with.
  public let largest: Double?
  /// The largest magnitude of the first array's finite elements.
  public let scale: Double
  /// Elements that are finite in the first array and not in the second.
  public let overflows: Int

  public init(
    shapes: Change<Shape>? = nil, types: Change<ElementType>? = nil, differentElements: Int = 0,
    elements: Int,
    largest: Double? = nil, scale: Double = 0, overflows: Int = 0
  ) {
    self.shapes = shapes
    self.types = types
    self.differentElements = differentElements
    self.elements = elements
    self.largest = largest
    self.scale = scale
    self.overflows = overflows
  }

  /// What was there before and is there now.
  public struct Change<Value: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
    public let before: Value
    public let after: Value

    /// - Returns: nil where nothing has changed.
    init?(_ before: Value, _ after: Value) {
      guard before != after else { return nil }
      (self.before, self.after) = (before, after)
    }
  }
}

extension ArrayDifference {
  /// Bytes that are compared at once, whole elements of every type.
  private static let blockBytes = 1 << 20

  /// Compares two arrays.
  ///
  /// - Returns: nil where shape, type and every bit of every element are the same.
  /// - Throws: `FileError` where one of them cannot be read.
  public init?(_ before: NamedArray, _ after: NamedArray) throws(FileError) {
    let shapes = Change(before.shape, after.shape)
    let types = Change(before.elementType, after.elementType)
    let elements = after.shape.elementCount
    let areComputed = before.elementType.isFloatingPoint && after.elementType.isFloatingPoint
    guard shapes == nil, types == nil || areComputed else {
      self.init(shapes: shapes, types: types, differentElements: elements, elements: elements)
      return
    }
    if types == nil, try Self.haveSameBytes(before, after) { return nil }
    guard areComputed else {
      self.init(differentElements: elements, elements: elements)
      return
    }
    var count = ElementCount()
    let (size, other) = (before.elementType.byteCount ?? 1, after.elementType.byteCount ?? 1)
    for block in (0..<elements).blocks(of: Self.blockBytes / 8) {
      let first = try before.content.bytes(block.lowerBound * size..<block.upperBound * size)
      let second = try after.content.bytes(block.lowerBound * other..<block.upperBound * other)
      count.add(
        first.withUnsafeBytes { before.elementType.decode($0) },
        second.withUnsafeBytes { after.elementType.decode($0) })
    }
    self.init(
      types: types, differentElements: count.different, elements: elements, largest: count.largest,
      scale: count.scale, overflows: count.overflows)
  }

  private static func haveSameBytes(_ before: NamedArray, _ after: NamedArray) throws(FileError) -> Bool {
    guard before.byteCount == after.byteCount else { return false }
    for block in (0..<before.byteCount).blocks(of: blockBytes) {
      guard try before.content.bytes(block) == after.content.bytes(block) else { return false }
    }
    return true
  }
}

/// What can be counted of the elements of two arrays.
private struct ElementCount {
  private(set) var different = 0
  private(set) var largest = 0.0
  private(set) var scale = 0.0
  private(set) var overflows = 0

  mutating func add(_ before: [Double], _ after: [Double]) {
    for (old, new) in zip(before, after) {
      if old.bitPattern != new.bitPattern { different += 1 }
      guard old.isFinite else { continue }
      scale = max(scale, abs(old))
      if new.isFinite {
        largest = max(largest, abs(new - old))
      } else {
        overflows += 1
      }
    }
  }
}
