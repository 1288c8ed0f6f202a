import Comparison
import ModelFormats

/// A model or weights in another format, not yet written.
public struct ConvertedFile: Sendable {
  /// The file that it comes from.
  public let original: AnyModelFile
  /// The file that will be written.
  package let pending: any PendingFile<ModelDifference>

  /// What the other format cannot hold, a sentence each.
  public var notes: [String] { pending.notes }

  /// Writes the file, reads it back, and only then gives it its name.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - architecturePath: where the architecture goes, for formats that have weights only; nil to leave it out.
  ///   - replaces: whether a file that is there may be replaced.
  /// - Returns: how far the weights are from those that were read, for those that were rounded.
  /// - Throws: `ModelFileError` if a file cannot be read or written, `OutputError` if the output cannot be made.
  @discardableResult
  public func write(
    to path: String, architecturePath: String? = nil, replaces: Bool = false
  ) throws -> ModelDifference {
    try original.verifyChecksums()
    return try pending.publish(
      to: path, companionPath: architecturePath, permissions: 0o644, replaces: replaces
    ) { rounding in rounding }
  }
}
