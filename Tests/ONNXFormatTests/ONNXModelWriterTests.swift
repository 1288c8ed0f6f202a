import Arrays
import Bytes
import Elements
import Files
import Fixtures
import Glibc
import ModelFormats
import Testing
import Wire

@testable import ONNXFormat

/// A model without changes is written as it is; with some, only these are different.
@Suite struct ONNXModelWriterTests {
  private func written(_ writer: WireWriter) throws -> InputFile {
    let scratch = try #require(ScratchFile())
    try writer.write(to: scratch.descriptor)
    let file = InputFile(scratch, path: "written")
    #expect(try writer.isWritten(in: file))
    return file
  }

  private func written(_ data: ONNXDataFile) throws -> InputFile {
    let scratch = try #require(ScratchFile())
    try data.write(to: scratch.descriptor, named: "data")
    let file = InputFile(scratch, path: "data")
    #expect(try data.isWritten(in: file))
    return file
  }

  private func expectUnchanged(_ path: String) throws {
    let model = try open(path)
    let files = try ONNXModelWriter(model, reader: ONNXTensorReader(model)).files(.unchanged)
    #expect(files.data == nil)
    #expect(try written(files.model).readAll(limit: .max) == readFile(path), "\(path)")
  }

  @Test(arguments: ["convolution", "encoding", "external", "inner_graphs", "types"])
  func `A fixture without changes is byte for byte the same`(name: String) throws {
    try expectUnchanged(onnxFixture(name))
  }

  private static let shared = Fixtures.shared.map { "\($0)/onnx" }

  @Test(.enabled(if: shared.map { access($0, R_OK) == 0 } ?? false, "../shared/onnx is not there"))
  func `Real models without changes are byte for byte the same`() throws {
    let folder = try #require(Self.shared)
    let names = try Folder.names(in: folder).filter { $0.hasSuffix(".onnx") }
    #expect(names.count > 0)
    for name in names { try expectUnchanged("\(folder)/\(name)") }
  }

  private func openedWithData() throws -> (ONNXModel, ONNXTensorReader) {
    let input = try ModelInput(opening: onnxFixture("external"), companion: nil, limit: .max)
    let model = try ONNXModel(reading: input.model)
    let opened = try input.opening(externalFiles: model.externalFiles, limit: .max)
    let data = ONNXExternalData(opened.parts, of: model)
    try data.check(model)
    return (model, ONNXTensorReader(model, external: data))
  }

  private func elements(_ model: ONNXModel, _ reader: ONNXTensorReader) throws -> [[UInt8]] {
    try model.tensors.map { try reader.bytes(of: $0, elements: 0..<$0.elementCount) }
  }

  @Test func `Elements go into the model, and out again`() throws {
    let (model, reader) = try openedWithData()
    let inside = try ONNXModelWriter(model, reader: reader).files(.model)
    #expect(inside.data == nil)
    let alone = try ONNXModel(reading: written(inside.model))
    #expect(alone.externalLocations.isEmpty)
    #expect(try elements(alone, ONNXTensorReader(alone)) == elements(model, reader))
    let outside = try ONNXModelWriter(alone, reader: ONNXTensorReader(alone)).files(.file("new.data"))
    let data = try #require(outside.data)
    let again = try ONNXModel(reading: written(outside.model))
    #expect(
      again.externalLocations == [
        ONNXExternalRange(location: "new.data", offset: 0, length: 1600),
        ONNXExternalRange(location: "new.data", offset: 4096, length: 1200),
      ])
    guard case .raw = again.graph.initializers[2].storage else {
      Issue.record("a small tensor is outside")
      return
    }
    let opened = ONNXExternalData(files: ["new.data": try written(data)])
    try opened.check(again)
    #expect(try elements(again, ONNXTensorReader(again, external: opened)) == elements(model, reader))
    #expect(data.byteCount == 5296)
  }

  @Test func `A fold changes kernels, adds a bias and removes a node`() throws {
    let model = try open(onnxFixture("convolution"))
    var writer = ONNXModelWriter(model, reader: ONNXTensorReader(model))
    let kernel = model.graph.initializers[0]
    let values = (0..<108).map { Double($0) }
    let half = try #require(
      ONNXTensorData(elementType: .float16, shape: [2, 54], content: .values(values, .float16)))
    let bias = try #require(
      ONNXTensorData(elementType: .float32, shape: [1], content: .values([3], .float32)))
    writer.replace(kernel, with: half)
    writer.addInitializer("bias", bias)
    writer.replace(model.graph.nodes[1].place, with: [])
    let changed = try ONNXModel(reading: written(writer.files(.unchanged).model))
    #expect(changed.graph.nodes.map(\.name) == ["conv", "relu"])
    #expect(
      changed.graph.initializers.map(\.name) == ["kernel", "scale", "shift", "mean", "variance", "bias"])
    let reader = ONNXTensorReader(changed)
    #expect(changed.graph.initializers[0].elementType == .float16)
    #expect(changed.graph.initializers[0].shape == [2, 54])
    #expect(
      try reader.bytes(of: changed.graph.initializers[0], elements: 0..<108)
        == ElementType.float16.encode(values))
    #expect(
      try reader.bytes(of: changed.graph.initializers[5], elements: 0..<1) == ElementType.float32.encode([3]))
    #expect(changed.metadata.map(\.value) == ["fixtures"])
  }

  @Test func `A constant in an inner graph and one in a function are replaced`() throws {
    let model = try open(onnxFixture("inner_graphs"))
    var writer = ONNXModelWriter(model, reader: ONNXTensorReader(model))
    for (index, tensor) in model.tensors.enumerated() {
      let content = ArrayContent.values([Double(index) + 5], .float32)
      writer.replace(
        tensor, with: try #require(ONNXTensorData(elementType: .float32, shape: [1], content: content)))
    }
    let changed = try ONNXModel(reading: written(writer.files(.unchanged).model))
    #expect(
      try elements(changed, ONNXTensorReader(changed)) == [5, 6, 7].map { ElementType.float32.encode([$0]) })
    let before = try readFile(onnxFixture("inner_graphs"))
    #expect(try written(writer.files(.unchanged).model).byteCount == before.count)
  }

  @Test func `Typed numbers and merged messages become raw elements`() throws {
    let model = try open(onnxFixture("encoding"))
    var writer = ONNXModelWriter(model, reader: ONNXTensorReader(model))
    let content = ArrayContent.values([9, 8, 7], .float32)
    writer.replace(
      model.graph.initializers[0],
      with: try #require(ONNXTensorData(elementType: .float32, shape: [3], content: content)))
    let changed = try ONNXModel(reading: written(writer.files(.unchanged).model))
    let tensor = changed.graph.initializers[0]
    #expect(tensor.name == "kernel" && tensor.shape == [3])
    #expect(
      try ONNXTensorReader(changed).bytes(of: tensor, elements: 0..<3)
        == ElementType.float32.encode([9, 8, 7]))
    #expect(changed.graph.name == "whole" && changed.graph.nodes.count == 1)
  }

  @Test func `Tensors with the same elements in another file keep sharing them`() throws {
    let entry = external(["location": "a", "offset": "16"])
    let model = try read(
      encodedModel(field(5, tensor(1, [300], entry)), field(5, tensor(1, [300], entry))))
    let scratch = try #require(ScratchFile())
    try WireWriter([.bytes([UInt8](repeating: 7, count: 1216))], of: .memory([])).write(
      to: scratch.descriptor)
    let data = ONNXExternalData(files: ["a": InputFile(scratch, path: "a")])
    try data.check(model)
    let files = try ONNXModelWriter(model, reader: ONNXTensorReader(model, external: data)).files(.file("b"))
    #expect(files.data?.byteCount == 1200)
    let moved = try ONNXModel(reading: written(files.model))
    #expect(moved.externalLocations == [ONNXExternalRange(location: "b", offset: 0, length: 1200)])
    #expect(moved.tensors.count == 2)
  }
}
