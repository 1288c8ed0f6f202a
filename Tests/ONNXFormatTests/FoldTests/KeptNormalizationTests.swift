import Bytes
import Elements
import Folding
import ModelFormats
import Testing

@testable import ONNXFormat

/// Batch normalizations that stay, each with its reason.
@Suite struct KeptNormalizationTests {
  private func model(
    _ attributes: KeyValuePairs<String, Attribute> = [:], outputs: [String] = ["y"], version: Int64 = 17
  ) -> SmallModel {
    var model = SmallModel()
    model.operatorSets = ["": version]
    model.nodes = [
      node("Conv", ["x", "kernel"], ["c"]),
      node("BatchNormalization", ["c", "gamma", "beta", "mean", "variance"], outputs, attributes),
    ]
    model.initializers = [kernel("kernel", [4, 3, 1, 1])] + normalizationConstants(4)
    return model
  }

  private func code(_ model: SmallModel) throws -> Refusal.Code? {
    let folded = try FoldedModel(model)
    #expect(folded.count == 0)
    #expect(folded.operators.contains("BatchNormalization"))
    return folded.codes["y"]
  }

  @Test func `One that trains`() throws {
    #expect(try code(model(["training_mode": 1])) == .trainingMode)
  }

  @Test func `One that trains is folded where the user says that it does not`() throws {
    let directory = try model(["training_mode": 1]).source()
    var limits = ReadingLimits()
    limits.assumesInference = true
    let folded = try FoldedModel(try ONNXSource(reading: directory.input, limits: limits))
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
  }

  @Test func `One with statistics for each place`() throws {
    #expect(try code(model(["spatial": 0], version: 7)) == .statisticsPerPlace)
  }

  @Test func `One with more outputs`() throws {
    let outputs = ["y", "m", "v", "sm", "sv"]
    #expect(try code(model(outputs: outputs, version: 9)) == .severalOutputs)
  }

  @Test(arguments: ["kernel", "gamma"])
  func `One whose weights the caller may replace`(name: String) throws {
    var model = model()
    model.inputs.append(input(name, name == "kernel" ? [4, 3, 1, 1] : [4]))
    #expect(try code(model) == .overridable)
  }

  @Test func `One after a convolution whose kernel is quantized`() throws {
    var model = model()
    model.nodes[0] = node("Conv", ["x", "wide"], ["c"])
    model.nodes.insert(node("DequantizeLinear", ["kernel", "scale"], ["wide"]), at: 0)
    model.initializers += [initializer("scale", [])]
    #expect(try code(model) == .quantized)
  }

  @Test func `One whose variance and epsilon are 0`() throws {
    var model = model(["epsilon": 0.0])
    model.initializers[4] = initializer("variance", [4], [1, 0, 1, 1])
    #expect(try code(model) == .runtimeDependent)
  }

  @Test func `One whose convolution is an output of the graph`() throws {
    var model = model()
    model.outputs = ["y", "c"]
    #expect(try code(model) == .modelOutput)
  }

  @Test func `One whose convolution something else reads`() throws {
    var model = model()
    model.nodes.append(node("Tanh", ["c"], ["t"]))
    model.outputs = ["y", "t"]
    #expect(try code(model) == .activation)
  }

  @Test func `Sizes are no values`() throws {
    var model = model()
    model.nodes += [node("Shape", ["c"], ["s"]), node("Size", ["c"], ["n"])]
    model.outputs = ["y", "s", "n"]
    let folded = try FoldedModel(model)
    #expect(folded.count == 1)
    #expect(try folded.verdict() == .equal)
    #expect(folded.node("Shape")?.inputs == ["y"])
  }

  @Test func `One after a mean that counts the zeros beside the tensor`() throws {
    var model = model()
    model.nodes.insert(
      node(
        "AveragePool", ["c"], ["p"], ["kernel_shape": [2, 2], "pads": [1, 1, 1, 1], "count_include_pad": 1]),
      at: 1)
    model.nodes[2] = normalization(of: "p", as: "y")
    #expect(try code(model) == .padding)
  }

  @Test func `One whose input is a constant`() throws {
    var model = SmallModel()
    model.nodes = [normalization(of: "fixed", as: "n"), node("Add", ["x", "n"], ["y"])]
    model.initializers = [kernel("fixed", [2, 3, 8, 8])] + normalizationConstants(3)
    let folded = try FoldedModel(model)
    #expect(folded.codes == ["n": .opaqueLayer])
  }
}
