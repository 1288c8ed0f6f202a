import Bytes
import Elements
import ModelGraph

/// The tensors of a model that no input changes, by numbers: those of the file, and those that follow from them.
struct ConstantTable: Sendable {
  /// Where the elements of a constant come from.
  enum Content: Sendable {
    /// A tensor of the file.
    case stored(ONNXTensor)
    /// Elements that were computed, little endian.
    case computed([UInt8])
    /// One element, again and again.
    case filled([UInt8])
    /// Another constant with its axes in another order, and that one's shape; it is not one of these itself.
    case transposed(Int, shape: Shape, order: [Int])
  }

  struct Entry: Sendable {
    let content: Content
    let elementType: ElementType
  }

  private(set) var entries: [Entry] = []

  /// A constant as a tensor of the graph: its number, and how the elements are seen.
  struct Constant: Sendable, Hashable {
    let number: Int
    let shape: Shape
    let elementType: ElementType
  }

  mutating func add(_ content: Content, _ type: ElementType, shape: Shape) -> Constant {
    entries.append(Entry(content: content, elementType: type))
    return Constant(number: entries.count - 1, shape: shape, elementType: type)
  }

  mutating func add(_ tensor: ONNXTensor) -> Constant {
    add(.stored(tensor), tensor.elementType, shape: tensor.shape)
  }

  /// A constant with its axes in another order; nil for one that had them reordered and was reshaped since.
  func reordered(_ constant: Constant, by order: [Int]) -> Content? {
    guard case .transposed(let source, let shape, let first) = entries[constant.number].content else {
      return .transposed(constant.number, shape: constant.shape, order: order)
    }
    guard constant.shape == first.map({ shape[$0] }) else { return nil }
    return .transposed(source, shape: shape, order: order.map { first[$0] })
  }

  /// Integers that an operator of another version has as an operand.
  mutating func add(integers: [Int64], shape: Shape? = nil) -> Constant {
    add(
      .computed(integers.withUnsafeBytes { Array($0) }), .integer(bits: 64, isSigned: true),
      shape: shape ?? [integers.count])
  }
}

extension ConstantTable.Constant {
  /// The constant as a weight of a layer.
  func variable(_ role: Role, named name: ByteString) -> Variable {
    Variable(
      role: role, isTrainable: false, name: name, shape: shape, elementType: elementType,
      value: .stored(number))
  }
}
