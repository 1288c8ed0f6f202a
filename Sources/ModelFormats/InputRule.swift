/// The rules by which the names of files say that they are one model.
public enum InputRule: FormatRule, Equatable {
  /// An architecture beside a folder, which has its own.
  case ownArchitecture
  /// A folder that is not an unpacked archive of a model.
  case noWeights
  /// Files with names of shards, too many.
  case shardCount(limit: Int)

  public var description: String {
    switch self {
    case .ownArchitecture: "a folder has its own architecture, and takes no other"
    case .noWeights: "this is a folder without the model.weights.h5 of an unpacked .keras archive"
    case .shardCount(let limit): "more than \(limit) files beside it have the names of its shards"
    }
  }
}
