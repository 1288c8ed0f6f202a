import ArrayFiles
import Bytes
import Files
import Glibc
import ModelFormats

/// Files with data for one input, or for all.
package struct DataSet {
  /// The input; nil where the arrays' names tell.
  let input: ByteString?
  package let paths: [String]

  /// - Parameter places: files that follow each other, or folders, whose files are taken in the order of their names.
  /// - Throws: `FileError` for a folder that cannot be read, `TaskFailure` for one that has no such file.
  package init(for input: ByteString?, at places: [String]) throws {
    self.input = input
    paths = try places.flatMap(Self.files)
  }

  private static func files(at path: String) throws -> [String] {
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

  /// Opens all files: a worker opens nothing.
  func open(_ limits: Limits) throws -> ModelInput {
    OpenFiles.allowMany()
    let files = try paths.map { path in
      do throws(FileError) {
        return try InputFile(opening: path, limit: limits.dataFileBytes)
      } catch {
        guard case .system(EMFILE, _) = error.rule else { throw error }
        throw TaskFailure(
          .system, "\(error); join the data into fewer files (numpy.savez), or allow more with ulimit -n")
      }
    }
    return ModelInput(model: files[0], parts: Array(files.dropFirst()))
  }
}

/// How many files this process may have open.
private enum OpenFiles {
  /// Lets it have as many as the system allows.
  static func allowMany() {
    var bounds = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bounds) == 0 else { return }
    bounds.rlim_cur = bounds.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bounds)
  }
}
