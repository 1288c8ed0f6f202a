import Bytes
import Elements
import ModelGraph

/// What is known of a tensor of a graph by its name.
struct KnownTensor {
  /// The call that gives it; nil for an initializer that no call has needed yet.
  var reference: TensorReference?
  /// Where it is the same for every input.
  var constant: ConstantTable.Constant?
  var shape: PartialShape?
  /// Its elements, where they are known and few integers.
  var integers: [Int64]?
  /// As far as its elements are known, where it is a vector of few integers and not a constant.
  var sizes: [Int64?]?

  func operand(named name: ByteString) -> NodeReading.Operand {
    NodeReading.Operand(
      name: name, constant: constant, shape: shape, integers: integers, sizes: sizes)
  }
}
