import BatchNormFolding
import Crypto
import ModelFormats
import Parallel
import Synchronization

/// What identifies the content of a file: its SHA-256 in hexadecimal digits.
///
/// Source: FIPS 180-4.
package enum FileDigest {
  private static let blockBytes = 1 << 20

  /// - Throws: `FileError` if it cannot be read.
  package static func of(_ file: InputFile) throws(FileError) -> String {
    var hash = SHA256()
    var offset = 0
    while offset < file.byteCount {
      let count = min(blockBytes, file.byteCount - offset)
      hash.update(data: try file.read(count, from: offset))
      offset += count
    }
    let digits = Array("0123456789abcdef")
    return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// The digests of several files, in their order.
  ///
  /// - Throws: `FileError` if one of them cannot be read.
  package static func of(_ files: [InputFile]) throws(FileError) -> [String] {
    let digests = Mutex([String](repeating: "", count: files.count))
    try shareWork(of: files.count, threads: processorCount()) { (index) throws(FileError) in
      let digest = try of(files[index])
      digests.withLock { $0[index] = digest }
    }
    return digests.withLock { $0 }
  }
}
