import Files
import HDF5
import Safetensors
import Wire
import Zip

/// The files of a model or of weights, opened by what is in them, once for all formats.
public struct OpenedInput: Sendable {
  public let input: ModelInput
  public let content: Content

  /// What kind of file it is, and its structure.
  public enum Content: Sendable {
    case hdf5(HDF5File)
    case archive(ZipArchive)
    /// A message of protobuf, with the numbers of its fields; nil where it is damaged.
    case protobuf(fields: Set<Int>?)
    case safetensors(SafetensorsFile)
    /// A list of shards, and whether they are safetensors; they are HDF5 otherwise.
    case shards(ShardList, areSafetensors: Bool)
  }

  /// Opens files by their first bytes, whatever their names are.
  ///
  /// - Throws: `ModelFileError`: the file is of no kind that bnfold knows, or damaged.
  public init(reading input: ModelInput, limits: ReadingLimits) throws(ModelFileError) {
    self.input = input
    switch input.form {
    case .shards: content = try Self.shards(of: input, limits: limits)
    case .folder: content = .hdf5(try Self.hdf5(input.model, limits: limits))
    case .single: content = try Self.content(of: input.model, limits: limits)
    }
  }

  private static func content(of file: InputFile, limits: ReadingLimits) throws(ModelFileError) -> Content {
    let head = try FileReading.head(of: file)
    if SafetensorsFile.mayBe(startingWith: head, byteCount: file.byteCount) {
      return .safetensors(try SafetensorsFile.open(file, limits: limits))
    }
    if ZipArchive.isArchive(startingWith: head) {
      return .archive(
        try FileReading.inArchive(file.path) { () throws(ZipError) in
          try ZipArchive(reading: file, limits: limits.zip)
        })
    }
    if let fields = Protobuf.fields(of: file, limits: limits.wire) { return .protobuf(fields: fields) }
    switch try ForeignFile.kind(of: file) {
    case .hdf5: return .hdf5(try hdf5(file, limits: limits))
    case .damagedProtobuf: return .protobuf(fields: nil)
    case .other(let error): throw error
    }
  }

  private static func hdf5(_ file: InputFile, limits: ReadingLimits) throws(ModelFileError) -> HDF5File {
    try FileReading.inHDF5(file.path) { () throws(HDF5Error) in
      try HDF5File(reading: file, limits: limits.hdf5)
    }
  }

  private static func shards(of input: ModelInput, limits: ReadingLimits) throws(ModelFileError) -> Content {
    let list = try ShardList(of: input, limits: limits)
    for (_, file) in list.usedFiles {
      let head = try FileReading.head(of: file)
      if SafetensorsFile.mayBe(startingWith: head, byteCount: file.byteCount) {
        return .shards(list, areSafetensors: true)
      }
    }
    return .shards(list, areSafetensors: false)
  }
}

extension OpenedInput {
  /// What a file is that is an archive, and no model.
  package static func foreign(_ archive: ZipArchive, path: String) -> ModelFileError {
    let known = ForeignFile.known(holding: archive.members.map(\.name))
    return ModelFileError(known.map { .foreign($0) } ?? .unknown, file: path)
  }

  /// What a message of protobuf is that no format knows.
  package static func foreign(_ file: InputFile) -> ModelFileError {
    guard let kind = try? ForeignFile.kind(of: file), case .other(let error) = kind else {
      return ModelFileError(.unknown, file: file.path)
    }
    return error
  }
}
