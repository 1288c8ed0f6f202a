import Arrays
import Files

/// Where encoded messages are: in a file, or in memory.
public enum WireSource: Sendable {
  case file(InputFile)
  case memory([UInt8])

  public var byteCount: Int {
    switch self {
    case .file(let file): file.byteCount
    case .memory(let bytes): bytes.count
    }
  }

  /// Reads bytes.
  ///
  /// - Throws: `WireError` where the file cannot be read, or ends before them.
  public func bytes(_ range: Range<Int>) throws(WireError) -> [UInt8] {
    do throws(FileError) {
      return try content(from: range.lowerBound).bytes(0..<range.count)
    } catch {
      throw WireError(.file(error.rule), at: range.lowerBound)
    }
  }

  /// What begins at an offset, to be written elsewhere.
  public func content(from offset: Int) -> ArrayContent {
    switch self {
    case .file(let file): return .stored(file, offset: offset)
    case .memory(let bytes):
      return .decoded { (range) throws(FileError) in
        let (first, overflow) = offset.addingReportingOverflow(range.lowerBound)
        guard !overflow, first >= 0, range.count <= bytes.count - first else {
          throw FileError(.endsEarly, path: "")
        }
        return Array(bytes[first..<first + range.count])
      }
    }
  }
}
