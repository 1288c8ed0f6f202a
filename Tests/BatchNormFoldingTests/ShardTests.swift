import BatchNormFolding
import Fixtures
import Foundation
import Testing

/// Models in several files: shards with a list of what is where, and archives that somebody has unpacked.
@Suite struct ShardTests {
  private let fixture = Fixtures.fixture("keras3", "pattern_resnet_block", ".weights.h5")
  private let folder = "\(Fixtures.directory)/keras3"
  private let stem = "pattern_resnet_block.shards"

  @Test func `Shards of Keras are the same model as one file, and fold into one`() throws {
    let directory = TemporaryDirectory()
    let whole = try AnyModelFile(opening: fixture.path, architecture: fixture.architecture)
    let path = "\(folder)/\(stem).weights.json"
    let shards = try AnyModelFile(opening: path, architecture: fixture.architecture)
    #expect(try whole.difference(to: shards).isEmpty)
    let model = try ModelFile(opening: path, architecture: fixture.architecture)
    let (output, description) = (directory.file("a.weights.h5"), directory.file("a.json"))
    let report = try model.fold().write(to: output, architecturePath: description)
    #expect(report?.isComplete == true)
    let folded = try ModelFile(opening: output, architecture: description)
    #expect(try ModelFile(opening: fixture.path, architecture: fixture.architecture).verify(folded).passed)
  }

  @Test func `A folder is the archive that it was`() throws {
    let directory = TemporaryDirectory()
    let path = "\(folder)/pattern_resnet_block.folder"
    let archive = Fixtures.fixture("keras3", "pattern_resnet_block", ".keras").path
    #expect(try AnyModelFile(opening: path).difference(to: AnyModelFile(opening: archive)).isEmpty)
    let model = try ModelFile(opening: path)
    #expect(model.frameworkVersion == "3.15.1")
    try model.fold().write(to: directory.file("a.keras"))
    #expect(try readFile(directory.file("a.keras")).starts(with: Array("PK".utf8)))
    #expect(try ModelFile(opening: archive).verify(ModelFile(opening: directory.file("a.keras"))).isComplete)
    let refused = #expect(throws: ModelFileError.self) {
      try ModelFile(opening: path, architecture: fixture.architecture)
    }
    #expect("\(try #require(refused))".contains("its own architecture"))
  }

  /// A copy of the shards with another list.
  private func copies(in directory: TemporaryDirectory, list edit: (String) -> String) throws -> String {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix(stem) {
      try writeFile(directory.file(name), readFile("\(folder)/\(name)"))
    }
    let path = directory.file("\(stem).weights.json")
    try writeFile(path, Array(edit(String(decoding: readFile(path), as: UTF8.self)).utf8))
    return path
  }

  @Test(arguments: [
    ("weight_map", "weights", "not a list of shards"),
    ("shards_00001", "shards_00002", "not beside the list"),
    ("/layers/conv2d/vars", "/layers/conv2d_7/vars", "the list does not say"),
    (
      "\"/layers/conv2d/vars\": \"",
      "\"/layers/dense/vars\": \"pattern_resnet_block.shards_00000.weights.h5\", \"/layers/conv2d/vars\": \"",
      "does not have it"
    ),
    ("\"/layers/conv2d/vars\": ", "\"/layers/conv2d/vars\": 1, \"/x\": ", "no names of files"),
    ("{", "", "JSON"),
  ])
  func `A list that does not fit its shards is refused`(from: String, to: String, words: String) throws {
    let directory = TemporaryDirectory()
    let path = try copies(in: directory) { text in
      text.replacingOccurrences(of: from, with: to, range: from == "{" ? text.range(of: "{") : nil)
    }
    let error = #expect(throws: ModelFileError.self) {
      try ModelFile(opening: path, architecture: fixture.architecture)
    }
    #expect("\(try #require(error))".contains(words), "\(error.map { "\($0)" } ?? "")")
  }

  @Test func `Two shards that have the same weights are refused`() throws {
    let directory = TemporaryDirectory()
    let path = try copies(in: directory) { text in
      text.replacingOccurrences(
        of: "\"/layers/conv2d/vars\": \"\(stem)_00000.weights.h5\"",
        with: "\"/layers/conv2d/vars\": [\"\(stem)_00000.weights.h5\", \"\(stem)_00001.weights.h5\"]")
    }
    try writeFile(directory.file("\(stem)_00001.weights.h5"), readFile("\(folder)/\(stem)_00000.weights.h5"))
    let error = #expect(throws: ModelFileError.self) {
      try ModelFile(opening: path, architecture: fixture.architecture)
    }
    #expect("\(try #require(error))".contains("weights"))
  }

  @Test func `Shards of a state dictionary are read as one, and their list has to be right`() throws {
    let directory = TemporaryDirectory()
    let (first, second) = ("m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors")
    try writeTensors([("a.weight", [2], [1, 2])], to: directory.file(first))
    try writeTensors([("b.weight", [1], [3])], to: directory.file(second))
    let path = directory.file("m.safetensors.index.json")
    let whole = directory.file("whole.safetensors")
    try writeTensors([("a.weight", [2], [1, 2]), ("b.weight", [1], [3])], to: whole)
    let lists: [(list: String, words: String?)] = [
      (#"{"weight_map": {"a.weight": "\#(first)", "b.weight": "\#(second)"}}"#, nil),
      (#"{"weight_map": {"a.weight": "\#(first)", "b.weight": "\#(first)"}}"#, "no shard has it"),
      (#"{"weight_map": {"a.weight": "\#(second)", "b.weight": "\#(first)"}}"#, "does not say so"),
      (#"{"weight_map": {"a.weight": "\#(first)", "b.weight": "other"}}"#, "not beside the list"),
    ]
    for (list, words) in lists {
      try writeFile(path, Array(list.utf8))
      guard let words else {
        #expect(try AnyModelFile(opening: whole).difference(to: AnyModelFile(opening: path)).isEmpty)
        continue
      }
      let error = #expect(throws: ModelFileError.self) { try WeightsFile(opening: path) }
      #expect("\(try #require(error))".contains(words), "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func `Of several texts about the weights the first is kept, and a note says so`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("m.safetensors.index.json")
    let one = "the shards are written as one file"
    let lost = "__metadata__ of the first shard was kept; that of others differs from it"
    var entries: [String] = []
    for (name, text, notes) in [("a", "pt", []), ("b", "pt", [one]), ("c", "other", [one, lost])] {
      let shard = "m-\(name).safetensors"
      try writeTensors([(name, [1], [1])], metadata: ("format", text), to: directory.file(shard))
      entries.append(#""\#(name)": "\#(shard)""#)
      try writeFile(path, Array(#"{"weight_map": {\#(entries.joined(separator: ","))}}"#.utf8))
      #expect(try AnyModelFile(opening: path).converted(to: .safetensors).notes == notes)
    }
  }
}
