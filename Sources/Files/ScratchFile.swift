import CLinux
import Glibc

/// An empty file without a name, for what is too large for memory; it is gone when it is closed.
public final class ScratchFile: Sendable {
  public let descriptor: Int32

  /// Makes a file in the folder for temporary files; in memory, where there is no such folder.
  ///
  /// - Returns: nil where the system has none to give.
  public init?() {
    descriptor =
      if let folder = TemporaryFolder.path {
        open(folder, O_RDWR | O_CLOEXEC | Int32(bnfold_O_TMPFILE), 0o600)
      } else {
        memfd_create("scratch", UInt32(bnfold_MFD_CLOEXEC))
      }
    guard descriptor >= 0 else { return nil }
  }

  /// Takes over a descriptor that the caller has opened as one.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// How much has been written to it.
  public var byteCount: Int { max(0, Int(lseek(descriptor, 0, SEEK_END))) }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
