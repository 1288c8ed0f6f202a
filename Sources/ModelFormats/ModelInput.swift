import Bytes
import Files
import Glibc

/// The open files that a model or weights are in.
public struct ModelInput: Sendable {
  /// How many files there are, and what for.
  public enum Form: Int, Sendable, Codable {
    /// One file, beside which another one may have been named.
    case single
    /// A `.keras` archive that was unpacked: weights, `config.json`, `metadata.json`.
    case folder
    /// A list of what is where, and the files that it may speak of.
    case shards
  }

  public let form: Form
  /// The file with the weights, or the list of the shards.
  public let model: InputFile
  /// The architecture, a plan or a configuration, where that is a file of its own.
  public let companion: InputFile?
  /// The other files of a folder, or the shards.
  public let parts: [InputFile]

  public init(form: Form = .single, model: InputFile, companion: InputFile? = nil, parts: [InputFile] = []) {
    self.form = form
    self.model = model
    self.companion = companion
    self.parts = parts
  }

  /// All files, in the order of the properties.
  public var all: [InputFile] { [model] + (companion.map { [$0] } ?? []) + parts }

  public var byteCount: Int { all.reduce(0) { $0 + $1.byteCount } }

  /// Whether the model names other files that its weights are in.
  public var hasExternalFiles: Bool { form == .single && !parts.isEmpty }

  /// The name of a file beside a model that takes elements of its weights.
  ///
  /// - Parameter path: that of the model.
  public static func elementsFile(of path: String) -> String { path + ".data" }
}

extension ModelInput {
  /// More files than anybody cuts a model into.
  private static let maximumShards = 1000

  /// Opens the files of a model, without looking into them: names alone tell which ones belong together.
  ///
  /// - Parameters:
  ///   - path: a file, a folder, or a list of shards (`.weights.json`, `.safetensors.index.json`).
  ///   - companion: a file that is read with it; a folder has its own.
  ///   - limit: how many bytes each file may have.
  /// - Throws: `ModelFileError` if one of them cannot be opened, or if they are no model.
  public init(opening path: String, companion: String?, limit: Int) throws(ModelFileError) {
    let open = { (path: String) throws(ModelFileError) in
      try FileReading.inFile { () throws(FileError) in try InputFile(opening: path, limit: limit) }
    }
    if Folder.exists(path) {
      guard companion == nil else {
        throw ModelFileError(InputRule.ownArchitecture, file: path)
      }
      let names = try FileReading.inFile { () throws(FileError) in try Folder.names(in: path) }
      guard names.contains("model.weights.h5") else {
        let foreign = ForeignFile.known(holding: names)
        throw ModelFileError(foreign.map { .foreign($0) } ?? .broken(InputRule.noWeights), file: path)
      }
      let weights = try open(path + "/model.weights.h5")
      let configuration = try open(path + "/config.json")
      let metadata = try? open(path + "/metadata.json")
      self.init(
        form: .folder, model: weights, companion: configuration, parts: metadata.map { [$0] } ?? [])
      return
    }
    let other = try companion.map { (path) throws(ModelFileError) in try open(path) }
    guard let shards = Self.shards(besides: path) else {
      self.init(model: try open(path), companion: other)
      return
    }
    guard shards.count <= Self.maximumShards else {
      throw ModelFileError(InputRule.shardCount(limit: Self.maximumShards), file: path)
    }
    let index = try open(path)
    self.init(
      form: .shards, model: index, companion: other,
      parts: try shards.map { (path) throws(ModelFileError) in try open(path) })
  }

  /// The paths of all files that a path may mean: a file, the files of a folder, a list and its shards.
  package static func files(of path: String) -> [String] {
    guard Folder.exists(path) else { return [path] + (shards(besides: path) ?? []) }
    let names = (try? Folder.names(in: path)) ?? []
    return [path]
      + names.filter { $0 != "." && $0 != ".." }.map {
        "\(path)/\(String(decoding: $0.bytes, as: UTF8.self))"
      }
  }

  /// The paths of the files that a list of shards may speak of; nil where the path is not that of a list.
  ///
  /// Source: keras/src/saving/saving_lib.py `ShardedH5IOStore`; huggingface_hub `split_state_dict_into_shards_factory`.
  private static func shards(besides path: String) -> [String]? {
    let place = PathParts(path)
    let name = ByteString(String(place.name))
    let kinds: [(list: ByteString, separator: ByteString, shard: ByteString)] = [
      (".weights.json", "_", ".weights.h5"), (".safetensors.index.json", "-", ".safetensors"),
    ]
    for kind in kinds {
      guard let stem = name.dropping(suffix: kind.list) else { continue }
      return ((try? Folder.names(in: place.folder)) ?? [])
        .filter { $0.hasPrefix(stem + kind.separator) && $0.hasSuffix(kind.shard) }.sorted()
        .map { place.sibling(String(decoding: $0.bytes, as: UTF8.self)) }
    }
    return nil
  }
}
