import Bytes
import Files
import Glibc

/// The models that an argument means: one, those that a pattern matches, or those in a folder.
package struct ModelSearch {
  private let argument: String
  private let isRecursive: Bool

  /// - Parameter isRecursive: whether folders are searched, and those within.
  package init(_ argument: String, isRecursive: Bool) {
    (self.argument, self.isRecursive) = (argument, isRecursive)
  }

  /// A model that was found.
  package struct Found {
    package let path: String
    /// The path below what was given, by which an output folder keeps apart what has the same name.
    package let relativePath: String

    package init(path: String, relativePath: String? = nil) {
      (self.path, self.relativePath) = (path, relativePath ?? String(PathParts(path).name))
    }
  }

  /// Whether the shell has left a pattern to its program: nothing has that name.
  package static func isPattern(_ argument: String) -> Bool {
    argument.contains { "*?[".contains($0) } && access(argument, F_OK) != 0
  }

  /// How the names of whole models end; weights alone need an architecture beside them.
  package static let endings = [".h5", ".hdf5", ".keras", ".safetensors"]

  /// The models in the order of their names; empty where there is none.
  package var found: [Found] {
    let paths = Self.isPattern(argument) ? Self.matches(argument) : [argument]
    return paths.flatMap { path in
      isRecursive && Folder.exists(path) && !Self.isUnpackedModel(path)
        ? Self.models(in: path, below: "") : [Found(path: path)]
    }
  }

  /// Whether a name is that of a model, and not of what a fold has written beside it.
  private static func isModel(_ name: String) -> Bool {
    endings.contains { name.hasSuffix($0) && !name.dropLast($0.count).hasSuffix(".folded") }
      && !name.hasSuffix(".weights.h5")
  }

  private static func models(in folder: String, below: String) -> [Found] {
    // One that cannot be opened is found as what it is: the error is for whoever opens it.
    guard let all = try? Folder.names(in: folder) else { return [Found(path: folder, relativePath: below)] }
    let names = all.filter { !$0.hasPrefix(".") }.sorted()
    return names.map { String(decoding: $0.bytes, as: UTF8.self) }.flatMap { name in
      let (path, relative) = ("\(folder)/\(name)", below + name)
      guard Folder.exists(path), !isUnpackedModel(path) else {
        return isModel(name) || Folder.exists(path) ? [Found(path: path, relativePath: relative)] : []
      }
      // A symbolic link may lead back to where the search came from.
      return isLink(path) ? [] : models(in: path, below: relative + "/")
    }
  }

  private static func isUnpackedModel(_ path: String) -> Bool {
    access(path + "/model.weights.h5", F_OK) == 0
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private static func matches(_ pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0 else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { String(cString: $0) }
    }
  }
}
