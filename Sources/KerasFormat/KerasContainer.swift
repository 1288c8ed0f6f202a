import Bytes
import Files
import HDF5
import LosslessJSON
import ModelFormats
import ModelGraph
import Safetensors
import Zip

/// The file that holds the weights of a model, and often its architecture.
enum KerasContainer: Sendable {
  /// Architecture and weights in one HDF5 file.
  case wholeModel(HDF5File)
  /// Weights alone.
  case weights(HDF5File)
  /// A `.keras` archive, and the weights in it.
  case archive(ZipArchive, HDF5File)
  /// A safetensors file that bnfold has made of a model.
  case tensors(TensorModel)
  /// Weights alone, in several files.
  case sharded(ShardedWeights)
  /// An archive that was unpacked: the weights, the architecture, and what may stand beside them.
  case folder(HDF5File, architecture: InputFile, metadata: InputFile?)

  static let architectureMember: ByteString = "config.json"
  static let metadataMember: ByteString = "metadata.json"
  static let weightsMember: ByteString = "model.weights.h5"
  static let architectureAttribute: ByteString = "model_config"

  /// Opens files by what is in them.
  ///
  /// - Parameter scratch: an empty file for weights that are compressed as a whole; nil if there is none.
  /// - Throws: `ModelFileError`: the file is of no format that bnfold knows, or damaged.
  init(reading input: ModelInput, scratch: ScratchFile?, limits: ReadingLimits) throws(ModelFileError) {
    switch input.form {
    case .single: try self.init(reading: input.model, scratch: scratch, limits: limits)
    case .folder:
      let file = try FileReading.inHDF5(input.model.path) { () throws(HDF5Error) in
        try HDF5File(reading: input.model, limits: limits.hdf5)
      }
      guard let architecture = input.companion else {
        throw ModelFileError(.noArchitecture, file: input.model.path)
      }
      self = .folder(file, architecture: architecture, metadata: input.parts.first)
    case .shards:
      let list = try ShardList(of: input, limits: limits)
      for (_, file) in list.usedFiles {
        let head = try FileReading.head(of: file)
        guard !SafetensorsFile.mayBe(startingWith: head, byteCount: file.byteCount) else {
          throw ModelFileError(.needsPlan, file: input.model.path)
        }
      }
      self = .sharded(try ShardedWeights(list, limits: limits))
    }
  }

  /// Opens a file by what is in it, whatever its name is.
  init(reading input: InputFile, scratch: ScratchFile?, limits: ReadingLimits) throws(ModelFileError) {
    let head = try FileReading.head(of: input)
    guard !SafetensorsFile.mayBe(startingWith: head, byteCount: input.byteCount) else {
      let file = try SafetensorsFile.open(input, limits: limits)
      guard TensorModel.isUsed(in: file) else { throw ModelFileError(.needsPlan, file: input.path) }
      self = .tensors(try TensorModel(file, limits: limits))
      return
    }
    guard ZipArchive.isArchive(startingWith: head) else {
      try ForeignFile.check(input, limits: limits)
      let file = try FileReading.inHDF5(input.path) { () throws(HDF5Error) in
        try HDF5File(reading: input, limits: limits.hdf5)
      }
      self = Keras.isModel(file.tree) ? .wholeModel(file) : .weights(file)
      return
    }
    let archive = try FileReading.inArchive(input.path) { () throws(ZipError) in
      try ZipArchive(reading: input, limits: limits.zip)
    }.withoutFolder
    let place = "\(Self.weightsMember)"
    guard let member = archive[Self.weightsMember] else {
      if let foreign = ForeignFile.known(holding: archive.members.map(\.name)) {
        throw ModelFileError(.foreign(foreign), file: input.path)
      }
      throw ModelFileError(.missingMember, file: input.path, place: place)
    }
    let weights = try Self.weights(member, of: archive, path: input.path, scratch: scratch)
    do throws(HDF5Error) {
      self = .archive(archive, try HDF5File(reading: weights, limits: limits.hdf5))
    } catch {
      throw ModelFileError(.container(error), file: input.path, place: place)
    }
  }

  /// The weights, and what else stands with them in HDF5.
  var contents: HDF5Contents {
    switch self {
    case .wholeModel(let file): file.contents
    case .weights(let file), .archive(_, let file), .folder(let file, _, _): file.contents.withoutBackslashes
    case .tensors(let model): model.contents
    case .sharded(let weights): weights.contents.withoutBackslashes
    }
  }

  /// The file with the weights, where that is HDF5.
  var hdf5: HDF5File? {
    switch self {
    case .wholeModel(let file), .weights(let file), .archive(_, let file), .folder(let file, _, _): file
    case .tensors, .sharded: nil
    }
  }

  /// Bytes of all arrays, decoded.
  var arrayBytes: Int {
    switch self {
    case .wholeModel(let file), .weights(let file), .archive(_, let file), .folder(let file, _, _):
      file.arrayBytes
    case .tensors(let model): model.file.input.byteCount
    case .sharded(let weights): weights.arrayBytes
    }
  }

  /// Whether the weights are in a group of a file that has more.
  private var isWholeModel: Bool { contents.tree[Self.namedWeights.components] != nil }

  /// The architecture; nil if it is not here.
  ///
  /// - Parameter version: what `version` says.
  func architecture(
    version: ByteString?, limits: ReadingLimits, path: String
  ) throws(ModelFileError) -> ArchitectureText? {
    let text: ByteString?
    let place: ByteString
    switch self {
    case .weights, .sharded: return nil
    case .folder(_, let file, _): return try ArchitectureText.read(file, version: version, limits: limits)
    case .wholeModel(let file):
      place = Self.architectureAttribute
      text = try FileReading.inHDF5(path) { () throws(HDF5Error) in
        try file.contents.strings(place, on: .root)?.values.first
      }
    case .archive(let archive, _):
      place = Self.architectureMember
      guard let member = archive[place] else {
        throw ModelFileError(.missingMember, file: path, place: "\(place)")
      }
      text = try FileReading.inArchive(path) { () throws(ZipError) in
        ByteString(try archive.content(of: member, limit: limits.json.bytes))
      }
    case .tensors(let model):
      place = TensorModel.Key.architecture
      text = model.file.text(place)
    }
    guard let text else { throw ModelFileError(.noArchitecture, file: path) }
    return try ArchitectureText(text, version: version, file: path, place: place, limits: limits)
  }

  /// Finds weights and gives them to the layers of a graph.
  ///
  /// - Parameters:
  ///   - contents: where they are, arranged like those of this file.
  ///   - path: the path of the file, for errors.
  func layout(
    of contents: HDF5Contents, for graph: inout Graph, generation: KerasGeneration, path: String
  ) throws(ModelFileError) -> any WeightLayout {
    if ObjectWeights.isUsed(in: contents.tree) {
      return try ObjectWeights(of: contents.tree, for: &graph, generation: generation, file: path)
    }
    let root = isWholeModel ? Self.namedWeights : .root
    return try NamedWeights(of: contents, at: root, for: &graph, generation: generation, file: path)
  }

  /// The version of Keras that wrote the file, where it says so.
  func version(limits: ReadingLimits, path: String) throws(ModelFileError) -> ByteString? {
    if case .tensors(let model) = self { return model.file.text(TensorModel.Key.version) }
    switch self {
    case .archive(let archive, _):
      guard let member = archive[Self.metadataMember] else { return nil }
      let text = try FileReading.inArchive(path) { () throws(ZipError) in
        try archive.content(of: member, limit: limits.json.bytes)
      }
      return try Self.version(inMetadata: text, limits: limits, path: path)
    case .folder(_, _, let metadata?):
      return try Self.version(
        inMetadata: try FileReading.text(of: metadata, limits: limits), limits: limits, path: metadata.path)
    case .wholeModel, .weights, .sharded, .folder, .tensors:
      return try FileReading.inHDF5(path) { () throws(HDF5Error) in try version(in: contents) }
    }
  }

  private static func version(
    inMetadata text: [UInt8], limits: ReadingLimits, path: String
  ) throws(ModelFileError) -> ByteString? {
    let place = "\(metadataMember)"
    return try FileReading.inJSON(path, place: place, text, limits).root["keras_version"]?.string
  }

  private func version(in file: HDF5Contents) throws(HDF5Error) -> ByteString? {
    for place in [HDF5Path.root, Self.namedWeights] where file.tree[place.components] != nil {
      if let version = try file.strings("keras_version", on: place)?.values.first { return version }
    }
    return nil
  }

  /// The group of the weights in a whole model.
  static let namedWeights = HDF5Path(["model_weights"])

  private static func weights(
    _ member: ZipMember, of archive: ZipArchive, path: String, scratch: ScratchFile?
  ) throws(ModelFileError) -> InputFile {
    if let file = archive.file(of: member) { return file }
    guard let scratch else { throw ModelFileError(.noScratch, file: path, place: "\(member.name)") }
    try FileReading.inArchive(path) { () throws(ZipError) in
      try archive.inflate(member, to: scratch.descriptor)
    }
    return InputFile(scratch, path: path)
  }
}
