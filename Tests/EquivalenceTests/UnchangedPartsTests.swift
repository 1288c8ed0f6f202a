import Equivalence
import Fixtures
import ModelFiles
import ModelGraph
import Testing

/// What stands in for a run of the whole models where a layer cannot be run.
@Suite struct UnchangedPartsTests {
  /// A model with a layer that cannot be run, and the same model changed.
  private func wholeModel(_ change: (inout Graph) throws -> Void) throws -> WholeModelComparison {
    var original = try KerasModel(reading: Fixtures.fixture("keras3", "pattern_resnet_block").path).model
    let relu = try #require(original.graph.layers.firstIndex { $0.name == "relu_1" })
    original.graph.layers[relu].operation = .opaque("nobody knows it")
    var other = original
    try change(&other.graph)
    return EquivalenceCheck(original: original, folded: other, seed: 0).run(claims: []).wholeModel
  }

  @Test func `The same model is only not run`() throws {
    guard case .notPossible(let why) = try wholeModel({ _ in }) else {
      Issue.record("the model cannot be run")
      return
    }
    #expect(why.contains("relu_1"))
  }

  enum Change: String, CaseIterable, Sendable {
    case oneWeight, weightMissing, layerMissing, className, wiring, output
  }

  @Test(arguments: Change.allCases)
  func `Another weight, layer or wire is a difference`(change: Change) throws {
    let result = try wholeModel { graph in
      let layer = try #require(graph.layers.firstIndex { $0.name == "conv_2" })
      let call = try #require(graph.calls.firstIndex { $0.layer == layer })
      switch change {
      case .oneWeight:
        let size = try #require(graph.layers[layer].variables?.first).shape.elementCount
        graph.layers[layer].variables?[0].value = .computed([Double](repeating: 0, count: size))
      case .weightMissing: graph.layers[layer].variables?.removeLast()
      case .layerMissing: graph.layers[layer].name = "other"
      case .className: graph.layers[layer].className = "Conv3D"
      case .wiring: graph.calls[call].inputs[0] = graph.inputs[0]
      case .output: graph.outputs[0] = graph.inputs[0]
      }
    }
    guard case .different(let how) = result else {
      Issue.record("\(change) was not seen")
      return
    }
    #expect(how.contains("conv_2") || change == .output)
  }
}
