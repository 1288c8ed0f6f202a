import Files
import Glibc
import ModelFormats

extension PendingFile {
  /// Writes a file, reads it back, checks it, and only then gives it its name.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - companionPath: where the second file goes, an architecture or elements of weights; nil for none.
  ///   - permissions: of the new files.
  ///   - replaces: whether a file that is there may be replaced.
  ///   - check: what has to hold for the written file.
  /// - Returns: what `check` gives.
  /// - Throws: `ModelFileError` if a file cannot be read or written, `OutputError` if the output cannot be made or what was
  ///   written is different, or what `check` throws. Then there is no output file, or the one from before.
  func publish<Result>(
    to path: String, companionPath: String?, permissions: mode_t, replaces: Bool,
    check: (Written) throws -> Result
  ) throws -> Result {
    let output = try OutputFile(target: path, replaces: replaces, permissions: permissions)
    let companion = try companionPath.map {
      try OutputFile(target: $0, replaces: replaces, permissions: permissions)
    }
    try write(to: output.descriptor, named: path)
    if let companion { try writeCompanion(to: companion.descriptor, named: companion.target) }
    let files = try [output.openForReading()] + (companion.map { [try $0.openForReading()] } ?? [])
    let result = try check(try readBack(files, scratch: ScratchFile()))
    // A model without its second file is of no use; no weight may be large enough for that.
    if let companion, companion.byteCount > 0 {
      // An old model would read the new weights without noticing.
      if !hasSeparateArchitecture, companion.replacesFile { try output.removeReplaced() }
      try companion.publish()
    }
    try output.publish()
    return result
  }
}
