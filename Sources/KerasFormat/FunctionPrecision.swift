import Bytes
import ModelGraph

extension Graph {
  private static let integers: [ByteString] = ["int", "uint", "bool", "string"]

  /// The precision in which a function computes that is given a tensor: that of the layer that makes it.
  ///
  /// A function of Keras 3 has no policy of its own. Whole numbers become the default type.
  /// Source: keras/src/backend/common/dtypes.py `result_type`.
  func precision(of tensor: TensorReference) -> ByteString {
    let layer = layers[calls[tensor.call].layer]
    if let body = layer.core.body, body.outputs.indices.contains(tensor.output) {
      return body.precision(of: body.outputs[tensor.output])
    }
    return Self.integers.contains(where: layer.precision.hasPrefix) ? "float32" : layer.precision
  }
}
