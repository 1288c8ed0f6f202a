import Arrays
import Bytes
import Elements
import ModelGraph

/// Tensors by name without a graph: what PyTorch calls a state dictionary.
public struct StateDictionary: Sendable {
  /// All tensors, in the order in which they lie in the file.
  public let arrays: [NamedArray]
  private let numbers: [ByteString: Int]

  /// - Precondition: no two have the same name.
  public init(_ arrays: [NamedArray]) {
    self.arrays = arrays
    numbers = Dictionary(uniqueKeysWithValues: arrays.enumerated().map { ($1.name, $0) })
  }

  /// The names of all tensors, in the order in which they lie in the file.
  public var names: [ByteString] { arrays.map(\.name) }

  /// The number of elements of all tensors.
  public var parameterCount: Int { arrays.reduce(0) { $0 + $1.shape.elementCount } }

  /// The tensor with a name; nil if there is none.
  public subscript(name: ByteString) -> NamedArray? { numbers[name].map { arrays[$0] } }

  /// The number of a tensor; nil if there is none of that name.
  func number(of name: ByteString) -> Int? { numbers[name] }

  /// A tensor as a weight with a role; nil if there is none of that name.
  func variable(_ name: ByteString, _ role: Role) -> Variable? {
    guard let number = numbers[name] else { return nil }
    let tensor = arrays[number]
    return Variable(
      role: role, isTrainable: true, name: name, shape: tensor.shape, elementType: tensor.elementType,
      value: .stored(number))
  }
}

extension StateDictionary: WeightStore {
  public func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    let size = arrays[number].elementType.byteCount ?? 0
    return try arrays[number].content.bytes(elements.lowerBound * size..<elements.upperBound * size)
  }

  public func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    let size = arrays[number].elementType.byteCount ?? 0
    try arrays[number].content.fill(buffer, from: elements.lowerBound * size)
  }
}
