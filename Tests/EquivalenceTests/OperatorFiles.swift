import Bytes
import Fixtures
import Glibc
import ModelFormats
import ModelGraph
import ONNXFormat

extension Graph {
  /// Adds a layer that gives the first output.
  mutating func append(_ layer: Layer, inputs: [TensorReference]) {
    layers.append(layer)
    calls.append(Call(layer: layers.count - 1, number: 0, inputs: inputs))
    outputs[0] = TensorReference(call: calls.count - 1)
  }

  /// Adds an operator that combines a tensor with one number, and gives the first output.
  mutating func append(
    _ kind: TensorFunction.Combination, _ value: Double, named name: ByteString, to input: TensorReference
  ) {
    var layer = Layer(
      name: name, className: "Combination",
      operation: .function(.combination(kind, .tensor(0), .weight(1, []))))
    layer.variables = [
      Variable(
        role: .operand(1), isTrainable: false, name: "w", shape: [], elementType: .float32,
        value: .computed([value]))
    ]
    append(layer, inputs: [input])
  }
}

/// Pairs of ONNX models that compute the same in other words.
enum OperatorFiles {
  private static var directory: String { "\(Fixtures.directory)/onnx/pairs" }

  /// The names of the pairs.
  static let names = [
    "bias_as_sum", "chain", "computed_constants", "folded_convolution", "general_product", "groups",
    "padding",
    "product_and_sum", "product_of_matrices", "product_of_three_axes", "same_padding", "shapes",
    "silent_nodes", "transposed_convolution",
  ]

  /// - Throws: `ModelFileError` where the fixture cannot be read.
  static func model(_ name: String) throws -> Model {
    let path = "\(directory)/\(name).onnx"
    let source = try ONNXSource(
      reading: ModelInput(opening: path, companion: nil, limit: .max), limits: ReadingLimits())
    return Model(graph: source.graph, weights: source)
  }
}
