import Tensor

/// Reads weights when they are needed; they stay in their file until then.
public protocol WeightStore: Sendable {
  /// Stored elements in row-major order, little endian.
  ///
  /// - Parameters:
  ///   - number: which weight.
  ///   - elements: which of its elements.
  /// - Throws: an error that names the file and the place in it.
  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8]
}

extension Variable {
  /// Elements as they are, or will be, in the file: rounded to the element type.
  ///
  /// - Parameter range: which elements, in row-major order; all if absent.
  /// - Throws: what the store throws, or `UnreadableWeight` for a type that is only carried.
  public func elements<Value: ComputedElement>(
    from store: any WeightStore, range: Range<Int>? = nil, as: Value.Type = Value.self
  ) throws -> [Value] {
    guard elementType.byteCount != nil else { throw UnreadableWeight(name: name, type: elementType) }
    let range = range ?? 0..<shape.elementCount
    switch value {
    case .stored(let number):
      return try store.bytes(ofWeight: number, elements: range).withUnsafeBytes { elementType.decode($0) }
    case .scaled(let number, let scale):
      var bytes = try store.bytes(ofWeight: number, elements: range)
      bytes.withUnsafeMutableBytes { scale.apply(to: $0, type: elementType, first: range.lowerBound) }
      return bytes.withUnsafeBytes { elementType.decode($0) }
    case .computed(let values):
      return elementType.encode(Array(values[range])).withUnsafeBytes { elementType.decode($0) }
    }
  }
}

/// A weight whose element type bnfold does not compute with.
public struct UnreadableWeight: Error, CustomStringConvertible {
  public let name: ByteString
  public let type: ElementType

  public var description: String { "the weight \(name) has elements of type \(type)" }
}

/// A graph and the place of its weights.
public struct Model: Sendable {
  public var graph: Graph
  public var weights: any WeightStore

  public init(graph: Graph, weights: any WeightStore) {
    self.graph = graph
    self.weights = weights
  }
}
