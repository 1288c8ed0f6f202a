import Arrays
import BatchNormFolding
import Bytes
import Files
import Fixtures
import Safetensors
import Testing

/// What `__metadata__` of a model in safetensors says has to fit its tensors.
@Suite struct TensorModelTests {
  private func open(_ metadata: String, tensors: [String] = ["t"]) throws -> ModelFile {
    let directory = TemporaryDirectory()
    let path = directory.file("a.safetensors")
    let output = try OutputFile(target: path, replaces: true, permissions: 0o644)
    let arrays = tensors.map {
      NamedArray(name: ByteString($0), elementType: .float32, shape: [1], content: .values([1], .float32))
    }
    try SafetensorsWriter(arrays, metadataText: ByteString(metadata)).write(to: output.descriptor)
    try output.publish()
    return try ModelFile(opening: path)
  }

  @Test(arguments: [
    (#"{"bnfold": "2"}"#, "use a newer one"), (#"{"bnfold": "1"}"#, "tree: it is missing"),
    (#"{"bnfold": "1", "tree": "{"}"#, "not valid JSON"),
    (#"{"bnfold": "1", "tree": "{\"groups\": {}}"}"#, "groups or arrays are missing"),
    (#"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}}, \"arrays\": {}}"}"#, "the tensor t has no place"),
    (
      #"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}, \"/a\": {}, \"//a\": {}}, \"arrays\": {}}"}"#,
      "is there twice"
    ),
    (#"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {\"x\": 1}}, \"arrays\": {}}"}"#, "x of / is not text"),
    (#"{"bnfold": "1", "tree": "{\"groups\": {\"/\": 1}, \"arrays\": {}}"}"#, "/ is not a map"),
    (
      #"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}}, \"arrays\": {\"/a\": \"u\"}}"}"#,
      "the tensor of /a is missing"
    ),
    (
      #"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}}, \"arrays\": {\"/b/a\": \"t\"}}"}"#,
      "has no place in a group"
    ),
    (
      #"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}}, \"arrays\": {\"/a\": \"t\"}}", "members": "{\"x\": 1}"}"#,
      "x is not text"
    ),
    (
      #"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}}, \"arrays\": {\"/a\": \"t\"}}", "members": "[]"}"#,
      "it is not a map"
    ),
    (
      #"{"bnfold": "1", "tree": "{\"groups\": {\"/\": {}}, \"arrays\": {\"/a\": \"t\"}}"}"#, "no architecture"
    ),
  ])
  func `Each broken rule is an error of its own`(metadata: String, words: String) {
    let error = #expect(throws: ModelFileError.self) { try open(metadata) }
    #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "")")
  }
  @Test func `Elements that no model has are refused`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("a.safetensors")
    let tree = #"{\"groups\": {\"/\": {}}, \"arrays\": {\"/a\": \"t\"}}"#
    let metadata = #""__metadata__":{"bnfold":"1","tree":"\#(tree)"}"#
    let header = Array(
      "{\(metadata),\"t\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}".utf8)
    try writeFile(path, withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + [0])
    let error = #expect(throws: ModelFileError.self) { try ModelFile(opening: path) }
    #expect(error.map { "\($0)".contains("F8_E4M3") } == true, "\(error.map { "\($0)" } ?? "")")
  }
}
