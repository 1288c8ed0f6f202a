import BatchNormFolding
import Bytes
import Jobs
import Reports

extension KeptFile {
  /// Reads one that the user names.
  ///
  /// - Throws: why it cannot be read, or what it is not.
  init(readingFrom path: String) throws {
    let text = try InputFile(opening: path, limit: Self.largestBytes).readAll(limit: Self.largestBytes)
    do throws(KeptFileError) {
      try self.init(parsing: text)
    } catch {
      throw TaskFailure(.malformed, "\(ByteString(path)): this is not a \(Self.name): \(error.words)")
    }
  }
}
