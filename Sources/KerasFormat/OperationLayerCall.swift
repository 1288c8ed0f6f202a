import LosslessJSON

/// A call of a TensorFlow function as tf_keras writes it: tensors in front, everything else by name.
///
/// Source: tf_keras/src/layers/core/tf_op_layer.py; the node of `tf.math.multiply(x, 0.5)` is
/// `["x", 0, 0, {"y": 0.5, "name": null}]`.
struct OperationLayerCall {
  /// How many inputs the call has; a second operand may be the tensor `y`.
  let tensors: Int
  /// The second operand where it is a number.
  let number: JSONValue?
  /// The named arguments, `y` among them.
  let named: JSONValue

  /// - Returns: nil where the call has another form, such as a constant in front.
  init?(_ node: JSONValue) {
    guard let elements = node.array, let first = elements.first else { return nil }
    let entries = first.string == nil ? elements : [node]
    guard entries.allSatisfy({ ReferenceSource($0) != nil }) else { return nil }
    // Keras calls the function with what is beside the last tensor, and writes the same beside each of them.
    let written = entries.map(Self.named)
    guard Set(written.map { $0?.canonicalText() }).count == 1 else { return nil }
    named = written[0] ?? entries[0]
    let second = named["y"]
    guard second == nil || entries.count == 1,
      !(named.members ?? []).contains(where: { $0.key != "y" && ReferenceSource($0.value) != nil })
    else { return nil }
    let isTensor = second.flatMap { ReferenceSource($0) } != nil
    tensors = entries.count + (isTensor ? 1 : 0)
    number = isTensor ? nil : second
  }

  /// The named arguments beside a tensor; nil where there are none.
  private static func named(_ entry: JSONValue) -> JSONValue? {
    entry.array.flatMap { $0.count > 3 ? $0[3] : nil }
  }
}
