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
  /// - Parameters:
  ///   - store: where the stored elements are.
  ///   - range: which elements, in row-major order; all if absent.
  ///   - as: Float or Double, where the context does not say.
  /// - Throws: what the store throws, or `UnreadableWeight` for a type that is only carried.
  public func elements<Value: ComputedElement>(
    from store: any WeightStore, range: Range<Int>? = nil, as: Value.Type = Value.self
  ) throws -> [Value] {
    guard elementType.isFloatingPoint else { throw UnreadableWeight(name: name, type: elementType) }
    let range = range ?? 0..<shape.elementCount
    switch value {
    case .stored(let number):
      return try decode(range) { try store.bytes(ofWeight: number, elements: $0) }
    case .scaled(let number, let scale):
      return try decode(range) { block in
        var bytes = try store.bytes(ofWeight: number, elements: block)
        bytes.withUnsafeMutableBytes { scale.apply(to: $0, type: elementType, first: block.lowerBound) }
        return bytes
      }
    case .computed(let values):
      return elementType.encode(Array(values[range])).withUnsafeBytes { elementType.decode($0) }
    }
  }
}

extension Variable {
  /// Decodes by blocks that stay in the processor's cache.
  private func decode<Value: ComputedElement>(
    _ range: Range<Int>, from bytes: (Range<Int>) throws -> [UInt8]
  ) throws -> [Value] {
    let blockElements = 1 << 14
    return try [Value](unsafeUninitializedCapacity: range.count) { target, initialized in
      for block in range.blocks(of: blockElements) {
        let place = UnsafeMutableBufferPointer(rebasing: target[initialized..<initialized + block.count])
        try bytes(block).withUnsafeBytes { Value.decode($0, as: elementType, to: place) }
        initialized += block.count
      }
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
