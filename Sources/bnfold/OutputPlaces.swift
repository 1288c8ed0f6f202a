import ArgumentParser
import BatchNormFolding
import Bytes
import Glibc
import Jobs

/// Where the results of several models go, one for each.
struct OutputPlaces {
  let paths: [String]

  /// - Parameters:
  ///   - output: where the only one goes.
  ///   - inPlace: whether each replaces its model.
  ///   - folder: where all go by their own names; it is made if it is not there.
  ///   - makesFolders: whether folders may be made.
  /// - Throws: `ValidationError` where two would have the same name, `TaskFailure` where a folder cannot be made.
  init(
    _ models: [ModelSearch.Found], output: String?, inPlace: Bool, folder: String?, makesFolders: Bool
  ) throws {
    let wanted = models.map { model in
      if let folder { return "\(folder)/\(model.relativePath)" }
      return output ?? (inPlace ? model.path : FoldedName.beside(model.path))
    }
    var sources: [String: String] = [:]
    for (path, model) in zip(wanted, models) {
      if let other = sources.updateValue(model.path, forKey: path) {
        throw ValidationError(
          "\(ByteString(other)) and \(ByteString(model.path)) would both be written to \(ByteString(path)).")
      }
    }
    paths = makesFolders ? wanted : wanted.map(Self.somewhere)
    guard folder != nil, makesFolders else { return }
    for path in paths { try Self.makeFolder(of: path) }
  }

  /// For a file that gets no name: another folder where its own is not there.
  private static func somewhere(_ path: String) -> String {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    guard let slash, access(String(path[..<slash]), F_OK) != 0 else { return path }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return folder + path[slash...]
  }

  private static func makeFolder(of path: String) throws {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    guard mkdir(folder, 0o777) != 0, errno != EEXIST else { return }
    if errno == ENOENT {
      try makeFolder(of: folder)
      if mkdir(folder, 0o777) == 0 { return }
    }
    throw TaskFailure(folderNotMade: folder, errno)
  }
}
