import CLinux
import Glibc

/// What holds nothing and takes nothing, in place of a standard stream.
public enum NullDevice {
  /// Opens `/dev/null`, or an empty file in memory where a root has no devices.
  ///
  /// - Parameter flags: `O_RDONLY`, `O_WRONLY` or `O_RDWR`; the file in memory cannot be written to at all.
  /// - Returns: a descriptor that a program that is started does not inherit; nil where the system has none to give.
  public static func open(_ flags: Int32) -> Int32? {
    let device = Glibc.open("/dev/null", flags | O_CLOEXEC)
    guard device < 0 else { return device }
    let memory = memfd_create("nothing", UInt32(bnfold_MFD_CLOEXEC | bnfold_MFD_ALLOW_SEALING))
    guard memory >= 0 else { return nil }
    _ = fcntl(memory, Int32(bnfold_F_ADD_SEALS), Int32(bnfold_SEAL_SIZE))
    return memory
  }
}
