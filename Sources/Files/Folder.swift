import Bytes
import Glibc

/// What is in a folder.
public enum Folder {
  /// Whether a path is one of a folder.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names of everything in it, in no order.
  ///
  /// - Throws: `FileError` if it cannot be opened.
  public static func names(in path: String) throws(FileError) -> [ByteString] {
    guard let directory = opendir(path) else { throw FileError(.system(errno, "cannot open"), path: path) }
    defer { closedir(directory) }
    var names: [ByteString] = []
    while let entry = readdir(directory) {
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(ByteString(cString: $0)) }
      }
    }
    return names
  }
}
