import Files
import KerasFormat
import ModelFormats

/// The formats that have a graph.
enum Formats {
  static var withGraph: [any ModelFormat.Type] { [Keras.self] }

  /// Reads everything of a model but its weights.
  ///
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  static func open(
    _ input: ModelInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource {
    try Keras.open(input, scratch: scratch, limits: limits)
  }
}
