import Bytes
import Inference
import ModelGraph
import Testing

@testable import ONNXFormat

/// A batch normalization that trains, with parameters that are tensors, runs with the statistics of the batch.
@Suite struct TrainingNormalizationTests {
  private let names = ["gamma", "beta", "mean", "variance"]

  private func model(version: Int64 = 17) -> SmallModel {
    SmallModel(
      operatorSets: ["": version], inputs: [input("x", [2, 1, 1])] + names.map { input($0, [1]) },
      nodes: [
        node(
          "BatchNormalization", ["x"] + names, ["y", "m", "v"],
          ["training_mode": 1, "epsilon": 3.0, "momentum": 0.75])
      ], outputs: ["y", "m", "v"])
  }

  @Test func `Its running statistics follow`() throws {
    let source = try model().source()
    // 1 and 3 have the mean 2 and the variance 1; the root of that and epsilon is 2.
    let values = [("x", [1, 3]), ("gamma", [8]), ("beta", [5]), ("mean", [4]), ("variance", [9])]
    let inputs = values.map { name, numbers in
      TensorValue.numbers(
        DenseArray<Double>(shape: name == "x" ? [2, 1, 1] : [1], values: numbers.map { Double($0) }))
    }
    let results = try GraphEvaluator<Double>(weights: source).evaluate(source.graph, inputs: inputs).outputs
    #expect(results.map(\.values) == [[1, 9], [3.5], [7]])
    #expect(results.map(\.shape) == [[2, 1, 1], [1], [1]])
  }

  @Test func `Before version 14 it is carried`() throws {
    #expect(try model(version: 13).source().carriedReason() != nil)
  }
}
