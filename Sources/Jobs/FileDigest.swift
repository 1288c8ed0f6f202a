import BatchNormFolding
import CCrypto
import Parallel
import Synchronization

/// What identifies the content of a file: its SHA-256 in hexadecimal digits.
///
/// Source: FIPS 180-4.
package enum FileDigest {
  private static let blockBytes = 1 << 20

  /// - Throws: `FileError` if it cannot be read.
  package static func of(_ file: InputFile) throws(FileError) -> String {
    var state = SHA256_CTX()
    SHA256_Init(&state)
    var offset = 0
    while offset < file.byteCount {
      let block = try file.read(min(blockBytes, file.byteCount - offset), from: offset)
      SHA256_Update(&state, block, block.count)
      offset += block.count
    }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256_Final(&digest, &state)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
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
