import Bytes
import Files

/// A kind of model files that have a graph.
///
/// What several formats have in common, and what none of them knows of the others, is in this module.
public protocol ModelFormat {
  /// What the format says of files that have been opened.
  static func recognizes(_ opened: OpenedInput) -> Recognition

  /// The names of other files that a model says its weights are in.
  ///
  /// - Throws: `ModelFileError` where the model is damaged.
  static func externalFiles(
    of opened: OpenedInput, limits: ReadingLimits
  ) throws(ModelFileError) -> [ByteString]

  /// Reads everything of a model but its weights.
  ///
  /// - Parameters:
  ///   - opened: a whole model, or weights with a file that has their architecture.
  ///   - scratch: an empty file for weights that are compressed as a whole.
  ///   - limits: what the files may ask for.
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  static func open(
    _ opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource
}

extension ModelFormat {
  public static func externalFiles(
    of opened: OpenedInput, limits: ReadingLimits
  ) throws(ModelFileError) -> [ByteString] { [] }
}

/// What a format says of files.
public enum Recognition: Sendable {
  /// They are a model of this format.
  case model
  /// They may be weights of such a model, which need an architecture from elsewhere.
  case weights
  /// They are of a kind that only this format reads, but no model: opening them says what is missing.
  case incomplete
  /// The format does not know them.
  case foreign
}
