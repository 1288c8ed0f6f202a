import Arrays
import Files
import Fixtures
import Safetensors
import Testing

/// Files are read if the package of the same name reads them, and every rule of the format is kept.
@Suite struct SafetensorsFileTests {
  private func open(_ header: String, data: Int, length: Int? = nil) throws -> SafetensorsFile {
    let directory = TemporaryDirectory()
    let path = directory.file("weights")
    let text = Array(header.utf8)
    let bytes =
      withUnsafeBytes(of: UInt64(truncatingIfNeeded: length ?? text.count).littleEndian) { Array($0) } + text
    try writeFile(path, bytes + (0..<data).map { UInt8(truncatingIfNeeded: $0) })
    return try SafetensorsFile(reading: InputFile(opening: path, limit: .max))
  }

  @Test func `Tensors come in the order in which they lie, with their names, types and shapes`() throws {
    let file = try open(
      #"{"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"__metadata__":{"format":"pt"},"#
        + #""a":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]},"#
        + #""c":{"dtype":"I64","shape":[],"data_offsets":[12,20],"unknown":1},"#
        + #""d":{"dtype":"F4","shape":[4],"data_offsets":[20,22]},"#
        + #""e":{"dtype":"U8","shape":[0,5],"data_offsets":[22,22]}}  "#, data: 22)
    #expect(file.tensors.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(
      file.tensors.map(\.elementType) == [
        .bfloat16, .float32, .integer(bits: 64, isSigned: true), .other("F4"),
        .integer(bits: 8, isSigned: false),
      ])
    #expect(file.tensors.map(\.shape) == [[1, 2], [2], [], [4], [0, 5]])
    #expect(file.metadata.map(\.key) == ["format"])
    #expect(try file.read(file.tensors[1], elements: 1..<2) == [8, 9, 10, 11])
  }

  @Test func `A file without tensors is one`() throws {
    #expect(try open("{}", data: 0).tensors.isEmpty)
    #expect(try open(#"{"__metadata__":null}"#, data: 0).metadata.isEmpty)
  }

  private static func tensor(_ fields: String) -> String { #"{"t":{"# + fields + "}}" }

  static let broken: [(words: String, header: String, data: Int)] = [
    ("does not begin with {", " {}", 0),
    ("not valid JSON", "{", 0),
    ("not valid JSON", #"{"a":1,"a":1}"#, 0),
    ("map from text to text", #"{"__metadata__":{"a":1}}"#, 0),
    ("map from text to text", #"{"__metadata__":[]}"#, 0),
    ("dtype is missing", tensor(#""shape":[1],"data_offsets":[0,4]"#), 4),
    ("the element type F33 does not exist", tensor(#""dtype":"F33","shape":[1],"data_offsets":[0,4]"#), 4),
    ("shape is not", tensor(#""dtype":"F32","data_offsets":[0,4]"#), 4),
    ("shape is not", tensor(#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#), 4),
    ("shape is not", tensor(#""dtype":"F32","shape":[1.0],"data_offsets":[0,4]"#), 4),
    ("data_offsets are not", tensor(#""dtype":"F32","shape":[1],"data_offsets":[0]"#), 4),
    ("ends before it begins", tensor(#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#), 4),
    (
      "it has 4 bytes; its shape and type need 8", tensor(#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#),
      4
    ),
    (
      "does not fit into a number",
      tensor(#""dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,4]"#), 4
    ),
    ("do not fill whole bytes", tensor(#""dtype":"F4","shape":[3],"data_offsets":[0,2]"#), 2),
    (
      "it lies at 4..<8; expected a range from 0 on",
      tensor(#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#), 8
    ),
    ("the end of the file", tensor(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#), 5),
    ("the end of the file", tensor(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#), 3),
    (
      "it lies at 0..<4; expected a range from 4 on",
      #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      4
    ),
    (
      "65 axes",
      tensor(
        #""dtype":"U8","data_offsets":[0,1],"shape":[\#(Array(repeating: "1", count: 65).joined(separator: ","))]"#
      ),
      1
    ),
  ]

  @Test(arguments: broken.indices)
  func `Every broken rule is an error that says so`(index: Int) throws {
    let (words, header, data) = Self.broken[index]
    do {
      _ = try open(header, data: data)
      Issue.record("the file was read, though: \(words)")
    } catch let error as SafetensorsError {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test(arguments: [(3, "more than the file"), (1 << 40, "more than 100000000"), (-1, "more than 100000000")])
  func `A length that cannot be is refused before anything is read`(length: Int, words: String) throws {
    do {
      _ = try open("{}", data: 0, length: length)
      Issue.record("the file was read")
    } catch let error as SafetensorsError {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test func `What is written is read again, and read back byte for byte`() throws {
    let file = try open(
      #"{"a\u0041":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"k":"v\n"}}"#, data: 8)
    let directory = TemporaryDirectory()
    let path = directory.file("written")
    let values = NamedArray(
      name: "new", elementType: .bfloat16, shape: [3], content: .values([1, -2, 0.5], .bfloat16))
    let writer = SafetensorsWriter(
      [NamedArray(copying: file.tensors[0], of: file), values], metadataText: file.metadataText)
    let output = try OutputFile(target: path, replaces: false, permissions: 0o644)
    try writer.write(to: output.descriptor)
    #expect(try writer.isWritten(in: output.openForReading()))
    try output.publish()
    let written = try SafetensorsFile(reading: InputFile(opening: path, limit: .max))
    #expect(written.tensors.map(\.name) == ["aA", "new"])
    #expect(written.metadata.map(\.value) == ["v\n"])
    #expect(try written.read(written.tensors[0], elements: 0..<2) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(try written.read(written.tensors[1], elements: 0..<3) == [0x80, 0x3F, 0x00, 0xC0, 0x00, 0x3F])
    #expect(written.tensors[0].bytes.lowerBound % 8 == 0)
    var bytes = try readFile(path)
    bytes[bytes.count - 1] ^= 1
    try writeFile(path, bytes)
    #expect(try !writer.isWritten(in: InputFile(opening: path, limit: .max)))
  }
}
