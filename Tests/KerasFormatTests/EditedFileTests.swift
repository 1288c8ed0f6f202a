import BatchNormFolding
import Bytes
import Fixtures
import HDF5
import KerasFormat
import LosslessJSON
import ModelGraph
import Testing

/// What an edit leaves in the file, and what not.
@Suite struct EditedFileTests {
  private func fold(_ fixture: Fixture, in directory: TemporaryDirectory) throws -> HDF5File {
    let path = directory.file("folded.h5")
    try ModelFile(opening: fixture.path).fold().write(to: path)
    return try HDF5File(reading: path)
  }

  private func architecture(_ file: HDF5File) throws -> String {
    let text = try #require(try file.contents.strings("model_config", on: .root)?.values.first)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test(.slow, arguments: Fixtures.all.filter { $0.ending == ".h5" })
  func `No trace of a folded batch normalization is left`(fixture: Fixture) throws {
    let directory = TemporaryDirectory()
    let file = try fold(fixture, in: directory)
    let gone = Set(
      fixture.expectedFolds.compactMap { $0.split(separator: "/").last.map { ByteString(String($0)) } })
    var found: [String] = []
    func look(_ names: [ByteString], _ place: String) {
      for name in names where gone.contains(where: { name.split(separator: UInt8(ascii: "/")).contains($0) })
      {
        found.append("\(place): \(name)")
      }
    }
    func visit(_ group: HDF5Group, _ path: HDF5Path) throws {
      look(group.members.map(\.name), "\(path)")
      for attribute in group.attributes
      where attribute.name != "model_config" && attribute.name != "training_config" {
        look(try file.contents.strings(attribute.name, on: path)?.values ?? [], "\(path)@\(attribute.name)")
      }
      for member in group.members {
        if case .group(let inner) = member.node { try visit(inner, path.appending(member.name)) }
      }
    }
    try visit(file.tree, .root)
    func strings(_ value: JSONValue) -> [ByteString] {
      if let text = value.string { return [text] }
      return (value.array ?? []).flatMap(strings) + (value.members ?? []).flatMap { strings($0.value) }
    }
    look(strings(try JSONDocument(parsing: Array(try architecture(file).utf8)).root), "model_config")
    #expect(found.isEmpty)
  }

  @Test(arguments: ["keras2", "keras3"])
  func `Only what has to change in the architecture changes`(generation: String) throws {
    let directory = TemporaryDirectory()
    let fixture = Fixtures.fixture(generation, "dense_no_bias")
    let before = try architecture(HDF5File(reading: fixture.path))
    let after = try architecture(fold(fixture, in: directory))
    let document = try JSONDocument(parsing: Array(before.utf8))
    let layers = try #require(document.root["config"]?["layers"]?.array)
    let index = try #require(layers.firstIndex { $0["class_name"]?.string == "BatchNormalization" })
    let entry = String(decoding: document.source(of: layers[index]).bytes, as: UTF8.self)
    let name = try #require(layers[index]["config"]?["name"]?.string).description
    let producer = try #require(layers[index - 1]["config"]?["name"]?.string).description
    var expected = before.replacing(entry + ", ", with: "")
    expected = expected.replacing("\"\(name)\"", with: "\"\(producer)\"")
    expected = expected.replacing("\"use_bias\": false", with: "\"use_bias\": true")
    #expect(after == expected)
  }

  @Test func `The order of the layers is the one that Keras will compute`() throws {
    let directory = TemporaryDirectory()
    let fixture = Fixtures.fixture("keras3", "pattern_order_flip")
    let path = HDF5Path(["model_weights"])
    let before = try #require(
      try HDF5File(reading: fixture.path).contents.strings("layer_names", on: path)?.values)
    let after = try #require(
      try fold(fixture, in: directory).contents.strings("layer_names", on: path)?.values)
    #expect(after != before.filter { after.contains($0) })
    #expect(Set(after).isSubset(of: Set(before)))
  }

  @Test func `The optimizer's state goes, the training configuration stays`() throws {
    let directory = TemporaryDirectory()
    for generation in ["keras2", "keras3"] {
      let fixture = Fixtures.fixture(generation, "compiled_adam")
      #expect(try HDF5File(reading: fixture.path).tree[["optimizer_weights"]] != nil)
      let file = try HDF5File(reading: try foldedPath(fixture, in: directory, name: generation))
      #expect(file.tree[["optimizer_weights"]] == nil)
      #expect(file.tree.attributes.contains { $0.name == "training_config" })
    }
  }

  @Test(arguments: ["keras2", "keras3"])
  func `Without a change the optimizer's state stays`(generation: String) throws {
    let directory = TemporaryDirectory()
    let model = try KerasModel(reading: Fixtures.fixture(generation, "compiled_adam").path)
    try writeFile(directory.file("same.h5"), [])
    try model.write(model.graph, to: directory.file("same.h5"))
    let file = try HDF5File(reading: directory.file("same.h5"))
    #expect(file.tree[["optimizer_weights"]] != nil)
  }

  private func foldedPath(_ fixture: Fixture, in directory: TemporaryDirectory, name: String) throws -> String
  {
    let path = directory.file("\(name).h5")
    try ModelFile(opening: fixture.path).fold().write(to: path)
    return path
  }

  @Test func `Compressed kernels stay compressed, and split attributes fit afterwards`() throws {
    let directory = TemporaryDirectory()
    let packed = try fold(Fixtures.fixture("keras3", "storage_gzip_shuffle"), in: directory)
    var isCompressed = false
    func visit(_ group: HDF5Group) {
      for member in group.members {
        switch member.node {
        case .group(let inner): visit(inner)
        case .namedType: break
        case .dataset(let dataset):
          if case .stored(let stored) = dataset.content, stored.offset == nil { isCompressed = true }
        }
      }
    }
    visit(packed.tree)
    #expect(isCompressed)
    let split = Fixtures.fixture("keras3", "storage_split_attributes")
    let model = try KerasModel(reading: try foldedPath(split, in: directory, name: "split"))
    #expect(!model.graph.layers.isEmpty)
  }
}
