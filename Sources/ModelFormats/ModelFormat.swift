import Files
import HDF5
import Safetensors
import Zip

/// A kind of model files that have a graph.
///
/// What several formats have in common, and what none of them knows of the others, is in this module.
public protocol ModelFormat {
  /// Whether an HDF5 file with these groups and attributes is a whole model.
  static func isModel(_ tree: HDF5Group) -> Bool

  /// Whether an archive is a whole model.
  static func isModel(_ archive: ZipArchive) -> Bool

  /// Whether a safetensors file is a whole model, rather than a state dictionary.
  static func isModel(_ tensors: SafetensorsFile) -> Bool

  /// Reads everything of a model but its weights.
  ///
  /// - Parameters:
  ///   - input: a whole model, or weights with a file that has their architecture.
  ///   - scratch: an empty file for weights that are compressed as a whole.
  ///   - limits: what the files may ask for.
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  static func open(
    _ input: ModelInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource
}
