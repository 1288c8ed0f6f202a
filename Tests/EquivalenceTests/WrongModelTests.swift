import Elements
import Equivalence
import Fixtures
import Folding
import KerasFormat
import ModelGraph
import Testing

/// The check itself: it has to see every kind of wrong model, and to name the layer.
@Suite struct WrongModelTests {
  /// What a faulty tool does to the weights of a folded model.
  enum Fault: String, CaseIterable, Sendable {
    case oneWeight, oneBias, swappedChannels, shiftLost, scaleLost, epsilonTakenFromADefault, notANumber
  }

  /// What it does to anything else.
  enum Change: String, CaseIterable, Sendable {
    case weightMissing, layerMissing, className, attribute, activation, precision, training, wiring, output
  }

  private let original: Model

  init() throws {
    original = try KerasModel(reading: Fixtures.fixture("keras3", "pattern_resnet_block").path).model
  }

  /// Folds the model, changes the result, and compares both.
  private func report(
    isOpaque: Bool = false, _ change: (inout Graph) throws -> Void
  ) throws -> EquivalenceReport {
    var before = original
    if isOpaque {
      let relu = try #require(before.graph.layers.firstIndex { $0.name == "relu_1" })
      before.graph.layers[relu].operation = .opaque("nobody knows it")
    }
    var folded = Model(
      graph: try FoldPlanner.plan(before).graph, weights: before.weights)
    try change(&folded.graph)
    return try EquivalenceCheck(original: before, folded: folded).report(inputs: .random(seed: 0))
  }

  /// Changes a weight of a folded layer.
  private func change(
    _ role: Role, in graph: inout Graph, _ change: (inout [Double]) -> Void
  ) throws {
    let index = try #require(graph.layers.firstIndex { $0.name == "conv_2" })
    let place = try #require(graph.layers[index].variables?.firstIndex { $0.role == role })
    let variable = try #require(graph.layers[index].variables?[place])
    var values: [Double] = try variable.elements(from: original.weights)
    change(&values)
    graph.layers[index].variables?[place].value = .computed(values)
  }

  @Test(arguments: [false, true])
  func `The right model is proven, whether it can be run or not`(isOpaque: Bool) throws {
    let report = try report(isOpaque: isOpaque) { _ in }
    #expect(report.verdict == .equal && report.differences.isEmpty)
    #expect(report.isComplete == !isOpaque)
    #expect(report.extent.weights == original.graph.parameterCount)
  }

  @Test(arguments: Fault.allCases, [false, true])
  func `A wrong weight is seen and named`(fault: Fault, isOpaque: Bool) throws {
    let report = try report(isOpaque: isOpaque) { graph in
      switch fault {
      case .oneWeight: try change(.kernel, in: &graph) { $0[1] *= 1.0001 }
      case .oneBias: try change(.bias, in: &graph) { $0[1] += 0.01 }
      case .swappedChannels: try change(.bias, in: &graph) { $0.swapAt(0, 1) }
      case .shiftLost: try change(.bias, in: &graph) { $0 = $0.map { _ in 0 } }
      case .scaleLost: try change(.kernel, in: &graph) { $0 = $0.map { $0 * 2 } }
      case .epsilonTakenFromADefault: try change(.kernel, in: &graph) { $0 = $0.map { $0 * 1.0005 } }
      case .notANumber: try change(.kernel, in: &graph) { $0[3] = .nan }
      }
    }
    #expect(report.verdict == .different && !report.passed)
    #expect(report.differences.first?.layer == "conv_2", "\(report.differences)")
  }

  @Test(arguments: Change.allCases, [false, true])
  func `Another layer, attribute or wire is seen and named`(change: Change, isOpaque: Bool) throws {
    let report = try report(isOpaque: isOpaque) { graph in
      let layer = try #require(graph.layers.firstIndex { $0.name == "conv_2" })
      let call = try #require(graph.calls.firstIndex { $0.layer == layer })
      guard case .convolution(var convolution) = graph.layers[layer].operation else { return }
      switch change {
      case .weightMissing: graph.layers[layer].variables?.removeLast()
      case .layerMissing: graph.layers[layer].operation = .identity
      case .className: graph.layers[layer].operation = .activation(.tanh)
      case .attribute: convolution.dilation = convolution.dilation.map { $0 + 1 }
      case .activation: convolution.activation = .tanh
      case .precision: graph.layers[layer].precision = "mixed_float16"
      case .training: graph.calls[call].training = true
      case .wiring: graph.calls[call].inputs[0] = graph.inputs[0]
      case .output: graph.outputs[0] = graph.inputs[0]
      }
      if [.attribute, .activation].contains(change) {
        graph.layers[layer].operation = .convolution(convolution)
      }
    }
    #expect(!report.passed)
    if change != .output, change != .layerMissing {
      #expect(report.differences.first?.layer == "conv_2", "\(report.differences)")
    }
  }

  /// The exact value, rounded once, is the only one that is called equal.
  @Test(arguments: [1, 2, 3])
  func `A unit in the last place is seen`(units: Int) throws {
    let report = try report { graph in
      try change(.kernel, in: &graph) { values in
        for _ in 0..<units { values[7] = Double(Float(values[7]).nextUp) }
      }
    }
    #expect(report.verdict == .equalWithinFloat32)
    #expect(report.unroundedLayers == ["conv_2"])
    #expect(report.isAccepted(by: .float32) && !report.isAccepted(by: .exact))
  }

  /// The first channel of this model never gets through its ReLU: no input of the model shows the fault.
  @Test func `A fault behind a dead ReLU is seen`() throws {
    let report = try report { graph in try change(.bias, in: &graph) { $0[0] += 0.01 } }
    #expect(report.verdict == .different)
  }

  /// A gamma next to 0 makes weights that many processors compute with slowly.
  @Test func `Subnormal weights are counted`() throws {
    var before = original
    let index = try #require(before.graph.layers.firstIndex { $0.name == "bn_2" })
    let place = try #require(before.graph.layers[index].variables?.firstIndex { $0.role == .gamma })
    let count = try #require(before.graph.layers[index].variables?[place]).shape.elementCount
    let subnormal = [Double](repeating: Double(Float(1e-40)), count: count)
    before.graph.layers[index].variables?[place].value = .computed(subnormal)
    let folded = Model(
      graph: try FoldPlanner.plan(before).graph, weights: before.weights)
    let report = try EquivalenceCheck(original: before, folded: folded).report(inputs: .random(seed: 0))
    #expect(report.verdict == .equal)
    #expect(report.subnormalWeights.count > 0 && report.subnormalWeights.layers == ["conv_2"])
    #expect(try self.report { _ in }.subnormalWeights.count == 0)
  }

  @Test func `Another number of outputs is a difference`() throws {
    var other = original
    other.graph.outputs.append(other.graph.outputs[0])
    let report = try EquivalenceCheck(original: original, folded: other).report(inputs: .random(seed: 0))
    #expect(report.verdict == .different)
    #expect(report.differences.first?.subject == "number of outputs")
  }

  @Test func `Models in the wrong order are told from each other`() throws {
    let folded = Model(
      graph: try FoldPlanner.plan(original).graph, weights: original.weights)
    let report = try EquivalenceCheck(original: folded, folded: original).report(inputs: .random(seed: 0))
    #expect(report.isReversed && report.passed)
  }
}
