import Bytes
import Elements
import LosslessJSON
import ModelGraph
import Testing
@testable import KerasFormat

/// What depends on the release of Keras that wrote a file.
@Suite struct KerasReleaseTests {
  @Test(arguments: [
    ("3.0.5", true), ("3.15.1", true), ("2.3.0", true), ("2.10.0", true), ("2.15.0", true), ("2.21.0", true),
    // TensorFlow 1 and 2.0 give the same version.
    ("2.2.4-tf", false), ("2.2.4", false), ("2.1.6", false), ("", false), ("tfjs-layers 1.7.4", false),
  ])
  func `Frozen batch normalizations use the moving statistics since Keras 2_3`(version: String, infers: Bool)
  {
    let generation = KerasGeneration(version: ByteString(version)) ?? .keras2
    #expect(generation.frozenLayersInfer(version: ByteString(version)) == infers)
  }

  @Test(arguments: [
    ("2.11.0", "layers"), ("2.12.1", "twice"), ("2.13.1", "twice"), ("2.14.1", "once"), ("2.15.0", "layers"),
    ("2.21.0", "layers"), ("3.15.1", "layers"),
  ])
  func `Each release lists the layers in its own way`(version: String, way: String) {
    let schemes: [String: ObjectKeys.Scheme] = [
      "layers": .layers, "once": .dependencies, "twice": .dependenciesTwice,
    ]
    #expect(ObjectKeys.Scheme(version: ByteString(version)) == schemes[way])
  }

  /// A layer with weights takes two numbers; the second name stands for nothing.
  @Test func `Layers with weights are counted twice in 2_12 and 2_13`() {
    var graph = Graph(name: "model", isSequential: true)
    for (index, name) in ["InputLayer", "Dense", "Dense", "ReLU", "Dense", "ReLU"].enumerated() {
      let operation: Operation = index == 0 ? .input(shape: nil, elementType: "float32") : .identity
      graph.layers.append(
        Layer(name: ByteString("layer \(index)"), className: ByteString(name), operation: operation))
    }
    let twice = ObjectKeys(scheme: .dependenciesTwice).keys(of: graph) { index, _ in index == 1 }
    #expect(twice.map(\.key) == ["dense", "dense_2", "re_lu", "dense_3", "re_lu_1"])
    let once = ObjectKeys(scheme: .dependencies).keys(of: graph) { index, _ in index == 1 }
    #expect(once.map(\.key) == ["dense", "dense_1", "re_lu", "dense_2", "re_lu_1"])
  }

  @Test(
    arguments: [
      ("Masking", "{}", [nil, 4, 3], [nil, 4, 3]),
      ("StringLookup", #"{"output_mode": "int"}"#, [nil, 4], [nil, 4]),
      ("CategoryEncoding", #"{"num_tokens": 5, "output_mode": "multi_hot"}"#, [nil, 4], [nil, 5]),
      ("CategoryEncoding", #"{"num_tokens": 5, "output_mode": "one_hot"}"#, [nil, 1], [nil, 5]),
      ("CategoryEncoding", #"{"num_tokens": 5, "output_mode": "one_hot"}"#, [nil, 4], [nil, 4, 5]),
      (
        "TextVectorization", #"{"output_mode": "int", "split": "whitespace", "output_sequence_length": 7}"#,
        [nil, 1], [nil, 7]
      ),
      ("CuDNNLSTM", #"{"units": 6, "return_sequences": true}"#, [nil, 4, 3], [nil, 4, 6]),
      ("CuDNNGRU", #"{"units": 6}"#, [nil, 4, 3], [nil, 6]),
      // What the attributes do not tell.
      ("TextVectorization", #"{"output_mode": "int", "output_sequence_length": 7}"#, [nil, 1], nil),
      ("StringLookup", #"{"output_mode": "multi_hot"}"#, [nil, 4], nil),
      ("CuDNNLSTM", #"{"units": 6, "return_state": true}"#, [nil, 4, 3], nil),
      ("Lambda", "{}", [nil, 4], nil),
    ] as [(String, String, PartialShape, PartialShape?)])
  func `The shape behind a layer that is carried`(
    className: String, configuration: String, input: PartialShape, output: PartialShape?
  ) throws {
    var graph = Graph(name: "model", isSequential: true)
    graph.layers.append(
      Layer(name: "in", className: "InputLayer", operation: .input(shape: input, elementType: "float32")))
    var layer = Layer(name: "carried", className: ByteString(className), operation: .opaque("it is not run"))
    let root = try JSONDocument(parsing: Array(configuration.utf8)).root
    layer.carriedShape = CarriedShape(of: ByteString(className), root)
    graph.layers.append(layer)
    graph.calls = [
      Call(layer: 0, number: 0, inputs: []), Call(layer: 1, number: 0, inputs: [TensorReference(call: 0)]),
    ]
    graph.inputs = [TensorReference(call: 0)]
    #expect(ShapeInference(of: graph).shapes[TensorReference(call: 1)] == output)
  }
}
