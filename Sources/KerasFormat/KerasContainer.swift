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

  /// Takes what has been opened.
  ///
  /// - Parameter scratch: an empty file for weights that are compressed as a whole; nil if there is none.
  /// - Throws: `ModelFileError` where that is not weights of Keras.
  init(_ opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits) throws(ModelFileError) {
    let path = opened.input.model.path
    switch opened.content {
    case .hdf5(let file) where opened.input.form == .folder:
      guard let architecture = opened.input.companion else {
        throw ModelFileError(.noArchitecture, file: path)
      }
      self = .folder(file, architecture: architecture, metadata: opened.input.parts.first)
    case .hdf5(let file): self = Self.hasArchitecture(file) ? .wholeModel(file) : .weights(file)
    case .archive(let archive):
      self = try Self.opening(archive.withoutFolder, path: path, scratch: scratch, limits: limits)
    case .safetensors(let file):
      guard TensorModel.isUsed(in: file) else { throw ModelFileError(.needsPlan, file: path) }
      self = .tensors(try TensorModel(file, limits: limits))
    case .shards(let list, let areSafetensors):
      guard !areSafetensors else { throw ModelFileError(.needsPlan, file: path) }
      self = .sharded(try ShardedWeights(list, limits: limits))
    case .protobuf: throw ModelFileError(.unknown, file: path)
    }
  }

  /// Opens a single file.
  init(reading input: InputFile, scratch: ScratchFile?, limits: ReadingLimits) throws(ModelFileError) {
    let opened = try OpenedInput(reading: ModelInput(model: input), limits: limits)
    try self.init(opened, scratch: scratch, limits: limits)
  }

  /// Whether an HDF5 file has an architecture beside its weights.
  static func hasArchitecture(_ file: HDF5File) -> Bool {
    file.tree.attributes.contains { $0.name == architectureAttribute }
  }

  private static func opening(
    _ archive: ZipArchive, path: String, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> KerasContainer {
    let place = "\(weightsMember)"
    guard let member = archive[weightsMember] else {
      if let foreign = ForeignFile.known(holding: archive.members.map(\.name)) {
        throw ModelFileError(.foreign(foreign), file: path)
      }
      throw ModelFileError(.missingMember, file: path, place: place)
    }
    let weights = try weights(member, of: archive, path: path, scratch: scratch)
    do throws(HDF5Error) {
      return .archive(archive, try HDF5File(reading: weights, limits: limits.hdf5))
    } catch {
      throw ModelFileError(.container(error), file: path, place: place)
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
