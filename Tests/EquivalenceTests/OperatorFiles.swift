import Fixtures
import Glibc
import ModelFormats
import ModelGraph
import ONNXFormat

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
