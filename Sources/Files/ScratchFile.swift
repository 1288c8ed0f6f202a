import CLinux
import Glibc

/// An empty file without a name, for what is too large for memory; it is gone when it is closed.
public final class ScratchFile: Sendable {
  public let descriptor: Int32

  /// Makes a file in the folder that `TMPDIR` names, or in `/tmp`.
  ///
  /// - Returns: nil where the system has none to give.
  public init?() {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let flags = O_RDWR | O_CLOEXEC | Int32(bnfold_O_TMPFILE)
    descriptor = open(folder.isEmpty ? "/tmp" : folder, flags, 0o600)
    guard descriptor >= 0 else { return nil }
  }

  /// Takes over a descriptor that the caller has opened as one.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// How much has been written to it.
  public var byteCount: Int { max(0, Int(lseek(descriptor, 0, SEEK_END))) }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
