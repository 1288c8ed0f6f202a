import BatchNormFolding
import Files
import Glibc
import ModelFiles
import Tensor

/// Files with data, from arguments that are files or folders.
enum DataFiles {
  /// The files of each argument, those of a folder in the order of their names.
  ///
  /// - Throws: `FileError` for a folder that cannot be read, `TaskFailure` for one that has no such file.
  static func sets(_ arguments: [NamedPath]) throws -> [Contained.DataSet] {
    try arguments.map { argument in
      Contained.DataSet(input: argument.name.map { ByteString($0) }, paths: try paths(argument.path))
    }
  }

  private static func paths(_ path: String) throws -> [String] {
    guard Folder.exists(path) else { return [path] }
    let endings = ArrayFile.Format.allCases.map { ByteString("." + $0.rawValue) }
    let names = try Folder.names(in: path).filter { name in
      !name.hasPrefix(".") && endings.contains(where: name.hasSuffix)
    }
    guard !names.isEmpty else {
      throw TaskFailure(
        .noInput, "\(ByteString(path)): the folder has no file with the ending .npy, .npz or .safetensors")
    }
    let separator = path.hasSuffix("/") ? "" : "/"
    return names.sorted().map { path + separator + String(decoding: $0.bytes, as: UTF8.self) }
  }
}

/// How many files this process may have open.
enum OpenFiles {
  /// Lets it have as many as the system allows: each file of a folder stays open for the worker, which opens nothing.
  static func allowMany() {
    var bounds = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bounds) == 0 else { return }
    bounds.rlim_cur = bounds.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bounds)
  }
}
