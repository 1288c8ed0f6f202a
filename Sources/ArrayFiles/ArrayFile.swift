import Arrays
import Bytes
import Files
import ModelFormats
import NumPy
import Safetensors
import Zip

/// A file of named arrays that are no weights: NumPy's `.npy` and `.npz`, or safetensors.
public struct ArrayFile: Sendable {
  /// The formats, by the ending that they have.
  public enum Format: String, CaseIterable, Sendable, Codable {
    case numPy = "npy"
    case numPyArchive = "npz"
    case safetensors

    /// The format that the end of a name tells; nil for another one.
    public init?(path: String) {
      guard let format = Self.allCases.first(where: { path.hasSuffix("." + $0.rawValue) }) else { return nil }
      self = format
    }
  }

  public let path: String
  /// In the order of the file; the only array of an `.npy` file has an empty name.
  public let arrays: [NamedArray]

  /// Opens and reads a file.
  ///
  /// - Throws: `ModelFileError`, which names the file, the array and the broken rule.
  public init(opening path: String, limits: ReadingLimits = ReadingLimits()) throws(ModelFileError) {
    let input: InputFile
    do throws(FileError) {
      input = try InputFile(opening: path, limit: limits.fileBytes)
    } catch {
      throw ModelFileError(error)
    }
    try self.init(reading: input, limits: limits)
  }

  /// Writes arrays to a file that appears complete or not at all.
  ///
  /// - Parameters:
  ///   - arrays: of types that NumPy has; one for `.npy`.
  ///   - path: its end tells the format; `.npz` where it tells none.
  ///   - replaces: whether a file that is there may be replaced.
  /// - Throws: `OutputError` or `ModelFileError` if the file cannot be made.
  public static func write(_ arrays: [NamedArray], to path: String, replaces: Bool = false) throws {
    let output = try OutputFile(target: path, replaces: replaces, permissions: 0o644)
    try write(arrays, as: Format(path: path) ?? .numPyArchive, to: output.descriptor, named: path)
    try output.publish()
  }

  /// Reads a file, which its first bytes tell the format of; elements are read when they are needed.
  ///
  /// - Parameters:
  ///   - input: the file.
  ///   - scratch: where compressed arrays are unpacked to, behind what is there already; nil for memory.
  ///   - limits: what the file may ask for.
  /// - Throws: `ModelFileError`, which names the file, the array and the broken rule.
  package init(
    reading input: InputFile, scratch: ScratchFile? = nil, limits: ReadingLimits
  ) throws(ModelFileError) {
    path = input.path
    let head = try FileReading.head(of: input)
    if NumPyArray.isArray(startingWith: head) {
      arrays = [try Self.array(named: "", in: input, limits)]
    } else if ZipArchive.isArchive(startingWith: head) {
      arrays = try Self.archive(input, scratch, limits)
    } else {
      let file = try SafetensorsFile.open(input, limits: limits)
      arrays = file.tensors.map { NamedArray(copying: $0, of: file) }
    }
  }

  private static func archive(
    _ input: InputFile, _ scratch: ScratchFile?, _ limits: ReadingLimits
  ) throws(ModelFileError) -> [NamedArray] {
    let members = try FileReading.inArchive(input.path) {
      () throws(ZipError) -> [(name: ByteString, content: Member)] in
      let archive = try ZipArchive(reading: input, limits: limits.zip)
      return try archive.members.map { (member) throws(ZipError) in
        (
          member.name.dropping(suffix: ".npy") ?? member.name,
          try content(of: member, in: archive, scratch, limits)
        )
      }
    }
    var arrays: [NamedArray] = []
    for (name, content) in members {
      switch content {
      case .file(let part): arrays.append(try array(named: name, in: part, limits))
      case .bytes(let bytes): arrays.append(try array(named: name, bytes, path: input.path))
      }
    }
    return arrays
  }

  /// Where the content of a member of an archive is.
  private enum Member {
    case file(InputFile)
    case bytes([UInt8])
  }

  /// The content of a member, with its checksum checked.
  private static func content(
    of member: ZipMember, in archive: ZipArchive, _ scratch: ScratchFile?, _ limits: ReadingLimits
  ) throws(ZipError) -> Member {
    if let file = archive.file(of: member) {
      try archive.verify(member)
      return .file(file)
    }
    guard let scratch else {
      return .bytes(try archive.content(of: member, limit: limits.hdf5.arrayBytes, .array))
    }
    let start = scratch.byteCount
    try archive.inflate(member, to: scratch.descriptor, at: start)
    let unpacked = InputFile(scratch, path: archive.path)
    return .file(unpacked.part(start..<start + member.byteCount))
  }

  private static func array(
    named name: ByteString, in input: InputFile, _ limits: ReadingLimits
  ) throws(ModelFileError) -> NamedArray {
    let head: [UInt8]
    do throws(FileError) {
      head = try input.read(min(input.byteCount, NumPyLayout.headBytes), from: 0)
    } catch {
      throw ModelFileError(error)
    }
    let layout = try inArray(name, input.path) { () throws(NumPyError) in
      try NumPyLayout(head: head, byteCount: input.byteCount)
    }
    guard layout.isColumnMajor else {
      return NamedArray(
        name: name, elementType: layout.elementType, shape: layout.shape,
        content: .stored(input, offset: layout.offset))
    }
    // A sample of such an array is scattered over the whole file.
    let content: [UInt8]
    do throws(FileError) {
      content = try input.readAll(limit: limits.hdf5.arrayBytes)
    } catch {
      throw ModelFileError(error)
    }
    return try array(named: name, content, path: input.path)
  }

  private static func array(
    named name: ByteString, _ content: [UInt8], path: String
  ) throws(ModelFileError) -> NamedArray {
    try inArray(name, path) { () throws(NumPyError) in
      NamedArray(try NumPyArray(reading: content), named: name)
    }
  }

  private static func inArray<Result>(
    _ name: ByteString, _ path: String, _ body: () throws(NumPyError) -> Result
  ) throws(ModelFileError) -> Result {
    do throws(NumPyError) {
      return try body()
    } catch {
      throw ModelFileError(error, file: path, place: "\(name)")
    }
  }

  /// Writes arrays into an empty file that is open for reading and writing.
  ///
  /// - Parameters:
  ///   - arrays: of types that NumPy has; one without a name for `.npy`.
  ///   - path: the file's name, for errors.
  /// - Throws: `ModelFileError` if the file cannot be written.
  package static func write(
    _ arrays: [NamedArray], as format: Format, to descriptor: Int32, named path: String
  ) throws(ModelFileError) {
    switch format {
    case .safetensors:
      do throws(SafetensorsError) {
        try SafetensorsWriter(arrays, metadataText: nil).write(to: descriptor)
      } catch {
        throw ModelFileError(.safetensors(error), file: path)
      }
    case .numPyArchive:
      var writer = ZipWriter(descriptor: descriptor)
      for array in arrays {
        let content = try array.numPyContent(path)
        try FileReading.inArchive(path) { () throws(ZipError) in
          try writer.add(content, like: ZipMember(newNamed: array.name + ".npy"))
        }
      }
      try FileReading.inArchive(path) { () throws(ZipError) in try writer.finish() }
    case .numPy:
      let content = try arrays.first?.numPyContent(path) ?? []
      if let code = content.withUnsafeBytes({ writeAll($0, to: descriptor, at: 0) }) {
        throw ModelFileError(.cannotWrite(code), file: path)
      }
    }
  }
}

extension NamedArray {
  fileprivate init(_ array: NumPyArray, named name: ByteString) {
    let bytes = array.bytes
    self.init(
      name: name, elementType: array.elementType, shape: array.shape,
      content: .decoded { (range) throws(FileError) in Array(bytes[range]) })
  }

  fileprivate func numPyContent(_ path: String) throws(ModelFileError) -> [UInt8] {
    do throws(FileError) {
      return NumPyArray(elementType: elementType, shape: shape, bytes: try content.bytes(0..<byteCount))
        .content
    } catch {
      throw ModelFileError(error)
    }
  }
}

/// What is wrong with an array is the broken rule of the file that has it.
extension NumPyError: FormatRule {}
