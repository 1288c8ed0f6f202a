import Comparison
import Files

/// What a file will have, not yet written.
public protocol PendingFile<Written>: Sendable {
  /// What is known of the file once it has been written.
  associatedtype Written

  /// What the file cannot hold, and what else a user should know, a sentence each.
  var notes: [String] { get }

  /// How many layers more the file will have than the graph that it is made of: negative where some are left out.
  var additionalLayers: Int { get }

  /// Whether the architecture goes to a file of its own.
  var hasSeparateArchitecture: Bool { get }

  /// Writes into an empty file that is open for reading and writing.
  ///
  /// - Parameters:
  ///   - descriptor: the file.
  ///   - path: its name, for errors.
  /// - Throws: `ModelFileError` if the original is damaged or the file cannot be written.
  func write(to descriptor: Int32, named path: String) throws(ModelFileError)

  /// Writes what goes to a second file, an architecture or elements of weights, into an empty one.
  ///
  /// - Throws: `ModelFileError` if there is none, or it cannot be written.
  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError)

  /// Opens what was written, and compares every element with what had to be written.
  ///
  /// - Parameters:
  ///   - files: the file, and the second one where that was written.
  ///   - scratch: an empty file for weights that are compressed as a whole.
  /// - Throws: `OutputError` if anything is different.
  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> Written
}

extension PendingFile {
  public var additionalLayers: Int { 0 }

  /// Writes a text into an empty file.
  package func write(text: [UInt8], to descriptor: Int32, named path: String) throws(ModelFileError) {
    if let code = text.withUnsafeBytes({ writeAll($0, to: descriptor, at: 0) }) {
      throw ModelFileError(.cannotWrite(code), file: path)
    }
  }

  /// Opens a file that bnfold has written: a fault in it is a fault of bnfold.
  ///
  /// - Throws: `OutputError`, unless it is the system that does not let it be read.
  package func opening<Result>(
    _ file: InputFile, _ open: () throws(ModelFileError) -> Result
  ) throws -> Result {
    do throws(ModelFileError) {
      return try open()
    } catch {
      guard error.systemError == nil else { throw error }
      throw OutputError(.doesNotReadBack("\(error.rule)"), path: file.path)
    }
  }

  /// Compares the parts of a converted file with what they have to be.
  ///
  /// - Parameters:
  ///   - expected: the parts that had to be written.
  ///   - unrounded: the parts as they were read, where weights have been rounded.
  /// - Returns: how far the weights are from those that were read.
  /// - Throws: `OutputError` where a part is not what had to be written.
  package func rounding(
    from unrounded: [ModelPart]?, expected: [ModelPart], found: [ModelPart], path: String
  ) throws -> ModelDifference {
    let difference = try ModelDifference(expected, found)
    if let first = difference.entries.first {
      throw OutputError(.doesNotReadBack("\(first.name) is another one"), path: path)
    }
    return try unrounded.map { try ModelDifference($0, found) } ?? difference
  }
}
