import Bytes
import Files

/// What is wrong with an HDF5 file, or with the attempt to read or write one.
public struct HDF5Error: Error, Sendable {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// The file does not begin as HDF5 files do.
    case notHDF5
    /// libhdf5 cannot read a part of the file; its own words.
    case unreadable(String)
    /// The file uses a feature that bnfold refuses.
    case unsupported(String)
    /// A size exceeds a limit, which is nil where it is not to be set.
    case tooLarge(String, ReadingLimit?)
    /// The file cannot be read.
    case file(FileError.Rule)
    /// The operating system refused to write; `errno`.
    case cannotWrite(Int32)
    /// libhdf5 could not write; its own words.
    case writeFailed(String)
  }

  public let rule: Rule
  /// The object in the file, as `/group/dataset`.
  public let place: String

  public init(_ rule: Rule, at place: String) {
    self.rule = rule
    self.place = place
  }
}

extension HDF5Error {
  /// Whether it is about the file that was to be written, not about the one that was read.
  public var isWriteFailure: Bool {
    switch rule {
    case .cannotWrite: true
    // libhdf5 is never told of a failed write: what it cannot write is damaged in the file that it comes from.
    case .notHDF5, .unreadable, .unsupported, .tooLarge, .file, .writeFailed: false
    }
  }
}

extension HDF5Error: RemediedError {
  public var remedy: Remedy? {
    switch rule {
    case .tooLarge(_, let limit): limit.map { .raise($0) }
    case .file(let rule): rule.remedy
    default: nil
    }
  }
}

extension HDF5Error: CustomStringConvertible {
  public var description: String {
    switch rule {
    case .notHDF5: "this is not an HDF5 file"
    case .unreadable(let detail): "\(place): the HDF5 structure is damaged: \(detail)"
    case .unsupported(let what): "\(place): \(what)"
    case .tooLarge(let what, _): "\(place): \(what)"
    case .file(let rule): "\(rule)"
    case .cannotWrite(let code): writeFailureMessage(code)
    case .writeFailed(let detail): "\(place): libhdf5 cannot carry this over: \(detail)"
    }
  }
}
