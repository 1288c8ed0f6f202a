import BatchNormFolding
import Glibc

/// A file without a name whose content is what the fuzzer gives.
public enum FileInMemory {
  private static let descriptor: Int32 = {
    var name = Array("/tmp/bnfold-fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    precondition(descriptor >= 0)
    unlink(name)
    return descriptor
  }()

  /// The file with some content; there is only one at a time.
  public static func holding(_ start: UnsafePointer<UInt8>, _ count: Int) -> InputFile {
    precondition(ftruncate(descriptor, 0) == 0 && pwrite(descriptor, start, count, 0) == count)
    return InputFile(borrowing: descriptor, path: "fuzz")
  }
}
