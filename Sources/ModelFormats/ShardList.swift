import Bytes
import Files
import LosslessJSON

/// The list that tells which shard has what: `x.weights.json` of Keras, `x.safetensors.index.json` of Hugging Face.
public struct ShardList: Sendable {
  /// The name of the list's file, for errors.
  private let path: String
  /// What is where: a path or a name, and the names of one or more files.
  package let entries: [(key: ByteString, files: [ByteString])]
  /// The files that are there, by their names.
  package let files: [ByteString: InputFile]

  /// Reads a list.
  ///
  /// - Throws: `ModelFileError` where it is no list, or where a shard is missing.
  package init(of input: ModelInput, limits: ReadingLimits) throws(ModelFileError) {
    path = input.model.path
    let text = try FileReading.text(of: input.model, limits: limits)
    let root = try FileReading.inJSON(path, text, limits).root
    guard let members = root["weight_map"]?.members else {
      throw ModelFileError(ShardRule.noMap, file: path)
    }
    files = Dictionary(
      input.parts.map { (ByteString($0.path).split(separator: UInt8(ascii: "/")).last ?? "", $0) }
    ) { first, _ in first }
    var entries: [(key: ByteString, files: [ByteString])] = []
    for member in members {
      let names = member.value.string.map { [$0] } ?? (member.value.array ?? []).compactMap(\.string)
      guard !names.isEmpty, names.count == member.value.array?.count ?? 1 else {
        throw ModelFileError(ShardRule.noFiles, file: path, place: "\(member.key)")
      }
      for name in names where files[name] == nil {
        throw ModelFileError(ShardRule.missingFile(name: name), file: path, place: "\(member.key)")
      }
      entries.append((member.key, names))
    }
    self.entries = entries
  }

  /// The files that the list speaks of, in ascending order of their names.
  package var usedFiles: [(name: ByteString, file: InputFile)] {
    Set(entries.flatMap(\.files)).sorted().compactMap { name in files[name].map { (name, $0) } }
  }

  package func problem(_ rule: ShardRule, at place: ByteString) -> ModelFileError {
    ModelFileError(rule, file: path, place: "\(place)")
  }
}
