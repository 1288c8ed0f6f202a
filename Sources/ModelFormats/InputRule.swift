import Bytes

/// The rules by which the names of files say that they are one model.
public enum InputRule: FormatRule, Equatable {
  /// An architecture beside a folder, which has its own.
  case ownArchitecture
  /// A folder that is not an unpacked archive of a model.
  case noWeights
  /// Files with names of shards, too many.
  case shardCount(limit: Int)
  /// Files that a model names, too many.
  case externalCount(limit: Int)
  /// The name of a file that may lead out of the folder.
  case externalName(ByteString)
  /// A model that names itself as a file beside it.
  case externalIsModel

  public var description: String {
    switch self {
    case .ownArchitecture: "a folder has its own architecture, and takes no other"
    case .noWeights: "this is a folder without the model.weights.h5 of an unpacked .keras archive"
    case .shardCount(let limit): "more than \(limit) files beside it have the names of its shards"
    case .externalCount(let limit): "the model names more than \(limit) other files"
    case .externalName(let name):
      "the file \(name) may be outside the folder of the model; only a relative path without .. is read"
    case .externalIsModel: "the model names itself as the file with its elements"
    }
  }
}
