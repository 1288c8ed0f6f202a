import Fixtures
import KerasFormat
import ModelFormats
import ModelGraph
import ONNXFormat

/// Keras models and what tf2onnx has made of them.
enum ExportedFiles {
  private static var directory: String { "\(Fixtures.directory)/exported" }

  /// The names of those that are proven.
  static let proven = [
    "branches", "channels_first", "classifier", "convolutions", "squeeze_and_excite", "volumes",
  ]

  /// One of which only running both says anything.
  static let sampled = "sequences"

  /// - Throws: `ModelFileError` where the fixture cannot be read.
  static func keras(_ name: String) throws -> Model {
    try KerasModel(reading: "\(directory)/\(name).keras").model
  }

  /// - Throws: `ModelFileError` where the fixture cannot be read.
  static func onnx(_ name: String) throws -> Model {
    let input = try ModelInput(opening: "\(directory)/\(name).onnx", companion: nil, limit: .max)
    let source = try ONNXSource(reading: input, limits: ReadingLimits())
    return Model(graph: source.graph, weights: source)
  }
}
