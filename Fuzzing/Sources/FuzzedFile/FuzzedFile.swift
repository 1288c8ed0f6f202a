import Files
import Glibc

/// A file without a name whose content is what the fuzzer gives.
public enum FuzzedFile {
  private static let scratch = ScratchFile()!

  /// The file with some content; there is only one at a time.
  public static func holding(_ start: UnsafePointer<UInt8>, _ count: Int) -> InputFile {
    let descriptor = scratch.descriptor
    precondition(ftruncate(descriptor, 0) == 0 && pwrite(descriptor, start, count, 0) == count)
    return InputFile(scratch, path: "fuzz")
  }
}
