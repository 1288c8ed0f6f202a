import Bytes
import Elements

/// The rules of shards and their list.
public enum ShardRule: FormatRule, Equatable {
  /// A list without the map of what is where.
  case noMap
  /// An entry that names no files.
  case noFiles
  /// An entry that names a file which is not there.
  case missingFile(name: ByteString)
  /// An array of a shard in a group that the list does not give to the shard.
  case unlistedGroup(shard: ByteString)
  /// A tensor of a shard that the list does not give to the shard.
  case unlistedTensor(shard: ByteString)
  /// A group that the list gives to a shard without it.
  case missingGroup(shard: ByteString)
  /// A tensor that the list has and no shard.
  case missingTensor
  /// An array that two shards have.
  case repeatedArray
  /// Elements that cannot be put together with those of other shards.
  case elementType(ElementType)

  public var description: String {
    switch self {
    case .noMap: "weight_map is missing, so it is not a list of shards"
    case .noFiles: "it has no names of files"
    case .missingFile(let name): "the shard \(name) is not beside the list"
    case .unlistedGroup(let shard): "the list does not say that the shard \(shard) has it"
    case .unlistedTensor(let shard): "the shard \(shard) has it, and the list does not say so"
    case .missingGroup(let shard): "the shard \(shard) does not have it"
    case .missingTensor: "no shard has it"
    case .repeatedArray: "two shards have it"
    case .elementType(let type): "its elements are of type \(type)"
    }
  }
}
