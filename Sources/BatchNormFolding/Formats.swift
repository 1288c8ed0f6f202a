import Bytes
import Files
import KerasFormat
import ModelFormats
import ONNXFormat

/// The formats that have a graph.
enum Formats {
  private static var withGraph: [any ModelFormat.Type] { [Keras.self, ONNX.self] }

  /// What the first format that knows them says of files that have been opened.
  static func recognition(of opened: OpenedInput) -> Recognition {
    format(of: opened)?.recognizes(opened) ?? .foreign
  }

  private static func format(of opened: OpenedInput) -> (any ModelFormat.Type)? {
    withGraph.first { $0.recognizes(opened) != .foreign }
  }

  /// The names of other files that a model says its weights are in.
  ///
  /// - Throws: `ModelFileError` where the model is damaged.
  static func externalFiles(
    of opened: OpenedInput, limits: ReadingLimits
  ) throws(ModelFileError) -> [ByteString] {
    try format(of: opened)?.externalFiles(of: opened, limits: limits) ?? []
  }

  /// Reads everything of a model but its weights.
  ///
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  static func open(
    _ opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource {
    guard let format = format(of: opened) else {
      if case .protobuf = opened.content { throw OpenedInput.foreign(opened.input.model) }
      throw ModelFileError(.needsPlan, file: opened.input.model.path)
    }
    return try format.open(opened, scratch: scratch, limits: limits)
  }
}

extension OpenedInput {
  /// Whether they are weights without a graph, in a form that no format with one has.
  package var needsPlan: Bool {
    if case .protobuf = content { return false }
    return Formats.recognition(of: self) == .foreign
  }
}
