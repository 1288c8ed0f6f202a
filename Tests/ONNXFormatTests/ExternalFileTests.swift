import Bytes
import Files
import Fixtures
import Glibc
import ModelFormats
import Testing

@testable import ONNXFormat

/// Files that a model names are opened only if they are in its folder, and nothing else is.
@Suite struct ExternalFileTests {
  private let directory = TemporaryDirectory()
  private let outside = TemporaryDirectory()

  init() throws {
    try writeFile(
      directory.file("model.onnx"), encodedModel(tensor: tensor(1, [1], external(["location": "data"]))))
    try writeFile(directory.file("data"), [1, 2, 3, 4])
    try writeFile(outside.file("secret"), [5, 6, 7, 8])
  }

  private func open(_ names: ByteString...) throws -> [InputFile] {
    try ModelInput(opening: directory.file("model.onnx"), companion: nil, limit: .max)
      .opening(externalFiles: names, limit: 100).parts
  }

  private func rule(_ names: ByteString...) -> FileError.Rule? {
    let error = #expect(throws: ModelFileError.self) {
      try ModelInput(opening: directory.file("model.onnx"), companion: nil, limit: .max)
        .opening(externalFiles: names, limit: 100)
    }
    guard case .container(let error) = error?.rule, case .file(let rule) = error.rule else { return nil }
    return rule
  }

  @Test func `A file in the folder is opened, and one in a folder in it`() throws {
    #expect(mkdir(directory.file("inner"), 0o700) == 0)
    defer {
      unlink(directory.file("inner/more"))
      rmdir(directory.file("inner"))
    }
    try writeFile(directory.file("inner/more"), [9])
    let files = try open("data", "./inner/more")
    #expect(try files.map { try $0.readAll(limit: 10) } == [[1, 2, 3, 4], [9]])
  }

  @Test(arguments: ["../secret", "inner/../../secret", "/etc/passwd", "..\\secret", ""])
  func `A path that leads out of the folder is refused before anything is opened`(name: String) throws {
    let error = #expect(throws: ModelFileError.self) { try open(ByteString(name)) }
    guard case .broken(let rule) = error?.rule else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(rule as? InputRule == .externalName(ByteString(name)))
  }

  @Test func `A symbolic link is not followed, wherever it leads`() throws {
    #expect(symlink(outside.file("secret"), directory.file("link")) == 0)
    #expect(symlink("data", directory.file("near")) == 0)
    #expect(rule("link") == .symbolicLink("link"))
    #expect(rule("near") == .symbolicLink("near"))
  }

  @Test func `A folder that is a symbolic link is not entered`() throws {
    #expect(symlink(outside.path, directory.file("folder")) == 0)
    #expect(rule("folder/secret") == .symbolicLink("folder"))
  }

  @Test func `A file with a second name is not read`() throws {
    #expect(link(outside.file("secret"), directory.file("hard")) == 0)
    #expect(rule("hard") == .hardLink(names: 2))
  }

  @Test func `A pipe, a folder, a large file and a missing one are not read`() throws {
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    #expect(rule("pipe") == .notRegular)
    #expect(rule(".//data") == nil)
    #expect(rule("missing") == .system(ENOENT, "cannot open"))
    #expect(rule("data/more") == .system(ENOTDIR, "cannot open"))
    try writeFile(directory.file("large"), [UInt8](repeating: 0, count: 101))
    #expect(rule("large") == .tooLarge(bytes: 101, limit: 100))
  }

  @Test func `The model itself is no file beside it, and there may be only so many`() throws {
    let own = #expect(throws: ModelFileError.self) { try open("model.onnx") }
    guard case .broken(let rule) = own?.rule else {
      Issue.record("\(String(describing: own))")
      return
    }
    #expect(rule as? InputRule == .externalIsModel)
    let many = #expect(throws: ModelFileError.self) {
      try ModelInput(opening: directory.file("model.onnx"), companion: nil, limit: .max)
        .opening(externalFiles: Array(repeating: "data", count: 1001), limit: 100)
    }
    guard case .broken(let rule) = many?.rule else {
      Issue.record("\(String(describing: many))")
      return
    }
    #expect(rule as? InputRule == .externalCount(limit: 1000))
  }

  @Test func `Elements after the end of the file, and in a file that is not there`() throws {
    let model = try read(
      encodedModel(tensor: tensor(1, [1], external(["location": "data", "offset": "1", "length": "4"]))))
    let opened = ONNXExternalData(try open("data"), of: model)
    for (data, rule) in [
      (opened, ONNXRule.externalRange(1..<5, fileBytes: 4)),
      (ONNXExternalData(), .notOpened(location: "data")),
    ] {
      let checks: [() throws -> Void] = [
        { try data.check(model) },
        {
          _ = try ONNXTensorReader(model, external: data).bytes(
            of: model.graph.initializers[0], elements: 0..<1)
        },
      ]
      for check in checks {
        let error = #expect(throws: ModelFileError.self) { try check() }
        guard case .broken(let found) = error?.rule else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(found as? ONNXRule == rule)
        #expect(error?.place == "the tensor t")
      }
    }
  }
}
