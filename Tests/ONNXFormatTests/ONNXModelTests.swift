import Bytes
import Elements
import Files
import Fixtures
import ModelFormats
import Testing

@testable import ONNXFormat

func onnxFixture(_ name: String) -> String { "\(Fixtures.directory)/onnx/\(name).onnx" }

func open(_ path: String) throws -> ONNXModel {
  try ONNXModel(reading: InputFile(opening: path, limit: .max))
}

/// What the library of ONNX has written is read as what it is.
@Suite struct ONNXModelTests {
  @Test func `A usual model`() throws {
    let model = try open(onnxFixture("convolution"))
    #expect(model.irVersion == 10)
    #expect(model.producerName == "fixtures")
    #expect(model.operatorSets == [.init(domain: "", version: 17), .init(domain: "own", version: 1)])
    #expect(model.metadata.map(\.key) == ["author"] && model.metadata.map(\.value) == ["fixtures"])
    #expect(!model.hasTrainingInformation && model.functions.isEmpty)
    let graph = model.graph
    #expect(graph.name == "net")
    #expect(graph.nodes.map(\.operatorType) == ["Conv", "BatchNormalization", "Relu"])
    #expect(graph.nodes.map(\.name) == ["conv", "bn", "relu"])
    #expect(graph.nodes[1].inputs == ["features", "scale", "shift", "mean", "variance"])
    #expect(graph.nodes[1].outputs == ["normal"])
    guard case .integers([1, 1, 1, 1]) = graph.nodes[0][attribute: "pads"],
      case .float(let epsilon) = graph.nodes[1][attribute: "epsilon"]
    else {
      Issue.record("the attributes are others")
      return
    }
    #expect(epsilon == 1e-3)
    #expect(graph.initializers.map(\.name) == ["kernel", "scale", "shift", "mean", "variance"])
    #expect(graph.initializers[0].shape == [4, 3, 3, 3] && graph.initializers[0].byteCount == 432)
    #expect(graph.inputs[0].shape == [.symbol("batch"), .number(3), .number(8), .unknown])
    #expect(graph.inputs[0].elementType == .float32)
    #expect(graph.outputs[0].shape == nil && graph.outputs[0].elementType == .float32)
    #expect(graph.valueInfos.map(\.name) == ["features"])
    #expect(graph.quantizationAnnotations.map(\.tensor) == ["features"])
    #expect(graph.quantizationAnnotations[0].parameters == ["scale"])
  }

  @Test func `Numbers in fields of every type are the raw ones`() throws {
    let model = try open(onnxFixture("types"))
    let tensors = Dictionary(uniqueKeysWithValues: model.graph.initializers.map { ($0.name, $0) })
    let reader = ONNXTensorReader(model)
    var compared = 0
    for (name, typed) in tensors {
      guard let stem = name.dropping(suffix: "_typed"), let raw = tensors[stem + "_raw"] else { continue }
      #expect(typed.elementType == raw.elementType && typed.byteCount == raw.byteCount, "\(name)")
      guard let size = typed.elementType.byteCount else { continue }
      compared += 1
      guard case .typed = typed.storage, case .raw = raw.storage else {
        Issue.record("\(name) is stored in another way")
        continue
      }
      let all = try reader.bytes(of: raw, elements: 0..<6)
      #expect(try reader.bytes(of: typed, elements: 0..<6) == all, "\(name)")
      #expect(try reader.bytes(of: typed, elements: 2..<5) == Array(all[2 * size..<5 * size]), "\(name)")
      #expect(try reader.bytes(of: raw, elements: 2..<5) == Array(all[2 * size..<5 * size]), "\(name)")
      #expect(try reader.content(of: typed)?.bytes(size..<3 * size) == Array(all[size..<3 * size]), "\(name)")
    }
    #expect(compared == 13)
    #expect(tensors["BFLOAT16_raw"]?.elementType == .bfloat16)
    #expect(tensors["INT4_raw"]?.elementType == .other("int4") && tensors["INT4_raw"]?.byteCount == 3)
    #expect(tensors["FLOAT6E2M3_typed"]?.byteCount == 5)
    #expect(tensors["COMPLEX64_typed"]?.byteCount == 48)
    #expect(tensors["empty"]?.byteCount == 0)
    #expect(try reader.bytes(of: #require(tensors["empty"]), elements: 0..<0) == [])
    let float = try #require(tensors["FLOAT_typed"])
    #expect(try ElementType.float32.encode([0.5, -2]) == reader.bytes(of: float, elements: 0..<2))
  }

  @Test func `Graphs, functions, references and lists`() throws {
    let model = try open(onnxFixture("inner_graphs"))
    let nodes = model.graph.nodes
    guard case .graph(let branch) = nodes[0][attribute: "then_branch"],
      case .tensor(let constant) = branch.nodes[0][attribute: "value"]
    else {
      Issue.record("the branch is another one")
      return
    }
    #expect(try ONNXTensorReader(model).bytes(of: constant, elements: 0..<1) == [0, 0, 0x80, 0x3F])
    #expect(nodes[1].domain == "own" && nodes[1].operatorType == "Function")
    guard case .other = nodes[2][attribute: "sparse_value"] else {
      Issue.record("the sparse tensor is not carried")
      return
    }
    #expect(nodes[3].inputs == ["", "called"])
    guard case .string("t") = nodes[3][attribute: "text"],
      case .strings(["a", "b"]) = nodes[3][attribute: "texts"],
      case .floats([0.5, 2]) = nodes[3][attribute: "reals"], case .integer(-3) = nodes[3][attribute: "whole"]
    else {
      Issue.record("the attributes are others")
      return
    }
    let function = try #require(model.functions.first)
    #expect(function.name == "Function" && function.domain == "own")
    #expect(function.inputs == ["x"] && function.outputs == ["z"] && function.attributes == ["alpha"])
    #expect(function.attributeDefaults.map(\.name) == ["beta"])
    guard case .reference("alpha") = function.nodes[0][attribute: "alpha"] else {
      Issue.record("the reference is another one")
      return
    }
    #expect(model.graph.sparseInitializerNames == ["sparse"])
    #expect(model.graph.outputs[0].elementType == nil && model.graph.outputs[0].shape == nil)
    #expect(model.tensors.count == 3)
  }

  @Test func `An encoding that no library writes`() throws {
    let model = try open(onnxFixture("encoding"))
    #expect(model.irVersion == 9)
    #expect(model.operatorSets == [.init(domain: "", version: 13)])
    #expect(model.graph.name == "whole")
    #expect(model.graph.nodes.map(\.operatorType) == ["Identity"])
    let kernel = try #require(model.graph.initializers.first)
    #expect(kernel.name == "kernel" && kernel.shape == [2, 2])
    let bytes = try ONNXTensorReader(model).bytes(of: kernel, elements: 1..<4)
    #expect(bytes == ElementType.float32.encode([2, 3, 4]))
  }

  @Test func `An attribute without a type has the type of its only value`() throws {
    let node = field(
      1, text(4, "Op"), field(5, text(1, "a"), number(3, 7)), field(5, text(1, "b"), number(20, 2)))
    let attributes = try read(encodedModel(node)).graph.nodes[0]
    guard case .integer(7) = attributes[attribute: "a"], case .integer(0) = attributes[attribute: "b"] else {
      Issue.record("the values are others")
      return
    }
  }
}
