import Bytes
import Elements

/// Reads weights when they are needed; they stay in their file until then.
public protocol WeightStore: Sendable {
  /// Stored elements in row-major order, little endian.
  ///
  /// - Parameters:
  ///   - number: which weight.
  ///   - elements: which of its elements.
  /// - Throws: an error that names the file and the place in it.
  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8]

  /// Reads stored elements, as `bytes(ofWeight:elements:)` gives them, into memory.
  ///
  /// - Parameters:
  ///   - number: which weight.
  ///   - elements: which of its elements.
  ///   - buffer: memory for just these.
  /// - Throws: an error that names the file and the place in it.
  func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws
}

extension WeightStore {
  public func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    buffer.copyBytes(from: try bytes(ofWeight: number, elements: elements))
  }
}

extension Variable {
  /// Elements that are decoded at a time: their bytes stay in the processor's cache.
  private static let blockElements = 1 << 14

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
    let range = range ?? 0..<shape.elementCount
    return try [Value](unsafeUninitializedCapacity: range.count) { target, initialized in
      try read(range, from: store, into: UnsafeMutableBufferPointer(rebasing: target[..<range.count]))
      initialized = range.count
    }
  }

  /// Writes elements as they are, or will be, in the file to memory.
  ///
  /// - Throws: as `elements(from:range:as:)`.
  public func read<Value: ComputedElement>(
    _ range: Range<Int>, from store: any WeightStore, into target: UnsafeMutableBufferPointer<Value>
  ) throws {
    guard elementType.isFloatingPoint, let size = elementType.byteCount else {
      throw UnreadableWeight(name: name, type: elementType)
    }
    switch value {
    case .stored(let number):
      if elementType == Value.elementType {
        return try store.read(number, elements: range, into: UnsafeMutableRawBufferPointer(target))
      }
      try decode(range, into: target) { block, bytes in
        try store.read(number, elements: block, into: bytes)
      }
    case .scaled(let number, let scale):
      try decode(range, into: target) { block, bytes in
        try store.read(number, elements: block, into: bytes)
        scale.apply(to: bytes, type: elementType, first: block.lowerBound)
      }
    case .computed(let values):
      try decode(range, into: target) { block, bytes in
        bytes.copyBytes(from: elementType.encode(Array(values[block])))
      }
    }

    func decode(
      _ range: Range<Int>, into target: UnsafeMutableBufferPointer<Value>,
      from fill: (Range<Int>, UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: size * min(range.count, Self.blockElements), alignment: 8)
      defer { memory.deallocate() }
      for block in range.blocks(of: Self.blockElements) {
        let bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<(block.count * size)])
        try fill(block, bytes)
        let first = block.lowerBound - range.lowerBound
        Value.decode(
          UnsafeRawBufferPointer(bytes), as: elementType,
          to: UnsafeMutableBufferPointer(rebasing: target[first..<first + block.count]))
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
