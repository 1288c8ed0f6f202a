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
    /// Another constant with its axes in another order, and that one's shape.
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
