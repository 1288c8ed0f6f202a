import Files
import Glibc
import HDF5
import KerasFormat
import ModelFormats
import ModelGraph

// Tests name files by their paths; the library is given open files.

extension HDF5File {
  /// Opens and reads a file.
  public convenience init(reading path: String, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
    let input: InputFile
    do throws(FileError) {
      input = try InputFile(opening: path, limit: .max)
    } catch {
      throw HDF5Error(.file(error.rule), at: "/")
    }
    try self.init(reading: input, limits: limits)
  }
}

extension HDF5Writer {
  /// Writes a new file.
  public static func write(_ contents: HDF5Contents, to path: String) throws {
    let descriptor = try newFile(path)
    defer { close(descriptor) }
    try write(contents, to: HDF5Output(descriptor: descriptor))
  }
}

extension KerasModel {
  /// Opens and reads a file.
  public init(reading path: String) throws(ModelFileError) {
    try self.init(reading: try ModelInput(opening: path, companion: nil, limit: .max))
  }

  /// Writes a new file.
  public func write(_ edited: Graph, to path: String) throws {
    let descriptor = try newFile(path)
    defer { close(descriptor) }
    try write(edited, to: descriptor, named: path)
  }
}

private func newFile(_ path: String) throws -> Int32 {
  let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw FileNotThere(path: path) }
  return descriptor
}
