import BatchNormFolding
import Fixtures
import Inference
import ModelGraph
import Testing

/// The forward pass against the framework's own, on every fixture.
@Suite struct GoldenTests {
  /// Fixtures with a layer that is not run: a custom one, one that uses the batch, a wrapper in a wrapper.
  private static let notRun: Set<String> = [
    "pattern_custom_layer", "bn_training_true", "nested_time_distributed_twice",
  ]

  private static let run = Fixtures.all.filter { !notRun.contains($0.name) }

  /// Fixtures with an operation that TensorFlow does not have in float64.
  private static let inFloat32Only: Set<String> = [
    "layers_pooling3d", "layers_interpolations", "layers_augmentation",
  ]

  /// TensorFlow has the slope 0.2 and the root of 2 in these activations as float32, also in float64.
  private static let roundedByTensorFlow = ["leaky_relu", "gelu"]

  @Test(arguments: run.filter { !inFloat32Only.contains($0.name) })
  func `Double agrees with the framework in float64 to 1e-12`(fixture: Fixture) throws {
    let golden = try fixture.golden()
    try #require(!golden.outputs64.isEmpty)
    let model = try ModelFile(opening: fixture.path).model
    let result = try GraphEvaluator<Double>(weights: model.weights).evaluate(
      model.graph, inputs: golden.inputs)
    try #require(result.outputs.count == golden.outputs64.count)
    for (index, (found, expected)) in zip(result.outputs, golden.outputs64).enumerated() {
      let error = relativeError(found, expected)
      let name = model.graph.outputName(index)
      let isRounded = Self.roundedByTensorFlow.contains { name.hasPrefix($0) }
      #expect(error < (isRounded ? 1e-8 : 1e-12), "\(name)")
    }
  }

  @Test(arguments: run.filter { !$0.name.hasPrefix("type_") })
  func `float32 agrees with the framework to float32 rounding`(fixture: Fixture) throws {
    let golden = try fixture.golden()
    let model = try ModelFile(opening: fixture.path).model
    let inputs = golden.inputs.map { DenseArray(shape: $0.shape, values: $0.values.map { Float($0) }) }
    let result = try GraphEvaluator<Float>(weights: model.weights).evaluate(model.graph, inputs: inputs)
    for (index, (found, expected)) in zip(result.outputs, golden.outputs).enumerated() {
      let found = DenseArray(shape: found.shape, values: found.values.map { Double($0) })
      // Sums of at most some hundred terms on both sides, each in its own order: 2^-24 a term.
      let error = relativeError(found, expected)
      #expect(error < 1e-5, "\(model.graph.outputName(index))")
    }
  }

  @Test(arguments: Fixtures.all.filter { notRun.contains($0.name) })
  func `What cannot be run says which layer and why`(fixture: Fixture) throws {
    let golden = try fixture.golden()
    let model = try ModelFile(opening: fixture.path).model
    #expect(throws: EvaluationError.self) {
      try GraphEvaluator<Double>(weights: model.weights).evaluate(model.graph, inputs: golden.inputs)
    }
  }
}

extension Graph {
  /// The name of the layer that makes an output.
  fileprivate func outputName(_ index: Int) -> String { "\(layers[calls[outputs[index].call].layer].name)" }
}
