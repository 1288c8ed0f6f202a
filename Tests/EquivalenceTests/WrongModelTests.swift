import Equivalence
import Fixtures
import Folding
import ModelFiles
import ModelGraph
import Tensor
import Testing

/// The check itself: it has to see every kind of wrong model.
@Suite struct WrongModelTests {
  /// What a faulty tool does to a folded model.
  enum Fault: String, CaseIterable, Sendable {
    case oneWeight, oneBias, swappedChannels, shiftLost, scaleLost, epsilonTakenFromADefault
  }

  /// Folds the model, changes the result, writes it as a faulty tool would, and checks the file.
  private func report(_ change: (inout Graph) throws -> Void) throws -> EquivalenceReport {
    let directory = TemporaryDirectory()
    let original = try KerasModel(reading: Fixtures.fixture("keras3", "pattern_resnet_block").path)
    let plan = try FoldPlanner.plan(original.model, biasAddition: .exact)
    var graph = plan.graph
    try change(&graph)
    try original.write(graph, to: directory.file("faulty.h5"))
    let folded = try KerasModel(reading: directory.file("faulty.h5")).model
    let claims = plan.folds.compactMap { fold -> FoldClaim? in
      let name = original.model.graph[fold.producer].name
      guard let index = graph.layers.firstIndex(where: { $0.name == name }) else { return nil }
      return FoldClaim(
        producer: fold.producer, batchNormalizations: fold.batchNormalizations, folded: LayerAddress([index]),
        inputShape: fold.inputShape)
    }
    return EquivalenceCheck(original: original.model, folded: folded, seed: 0).run(claims: claims)
  }

  /// Changes a weight of the first folded layer.
  private func change(
    _ role: Role, in graph: inout Graph, _ change: (inout [Double]) -> Void
  ) throws {
    let original = try KerasModel(reading: Fixtures.fixture("keras3", "pattern_resnet_block").path)
    let index = try #require(graph.layers.firstIndex { $0.variable(role) != nil })
    let place = try #require(graph.layers[index].variables?.firstIndex { $0.role == role })
    let variable = try #require(graph.layers[index].variables?[place])
    var values: [Double] = try variable.elements(from: original.model.weights)
    change(&values)
    graph.layers[index].variables?[place].value = .computed(values)
  }

  @Test func `The right model passes`() throws {
    let report = try report { _ in }
    #expect(report.passed && report.isComplete)
    #expect(report.folds.allSatisfy { $0.largestError <= 0.5 })
  }

  @Test(arguments: Fault.allCases)
  func `A wrong model fails, by the fold and by the whole`(fault: Fault) throws {
    let report = try report { graph in
      switch fault {
      case .oneWeight: try change(.kernel, in: &graph) { $0[1] += 0.01 }
      case .oneBias: try change(.bias, in: &graph) { $0[1] += 0.01 }
      case .swappedChannels: try change(.bias, in: &graph) { $0.swapAt(0, 1) }
      case .shiftLost: try change(.bias, in: &graph) { $0 = $0.map { _ in 0 } }
      case .scaleLost: try change(.kernel, in: &graph) { $0 = $0.map { $0 * 2 } }
      case .epsilonTakenFromADefault: try change(.kernel, in: &graph) { $0 = $0.map { $0 * 1.0005 } }
      }
    }
    #expect(!report.passed)
    #expect(report.folds.contains { !$0.passed })
    guard case .compared(let outputs) = report.wholeModel else {
      Issue.record("the whole model was not run")
      return
    }
    #expect(outputs.contains { !$0.passed })
  }

  /// One unit in the last place of one weight is seen by the fold's own check.
  @Test func `Two units in the last place of every weight are seen`() throws {
    let report = try report { graph in
      try change(.kernel, in: &graph) { $0 = $0.map { Double(Float($0).nextUp.nextUp) } }
    }
    #expect(report.folds.contains { !$0.passed && $0.largestError > 0.5 && $0.largestError < 4 })
  }

  @Test func `Subnormal weights are counted`() throws {
    #expect(try report { _ in }.folds.allSatisfy { $0.subnormalWeights == 0 })
    let report = try report { graph in
      try change(.kernel, in: &graph) { $0.replaceSubrange(0..<3, with: [1e-40, 0, -0x1p-126]) }
    }
    #expect(report.folds.map(\.subnormalWeights).reduce(0, +) == 1)
  }

  @Test func `A weight that is not a number fails`() throws {
    let report = try report { graph in try change(.kernel, in: &graph) { $0[3] = .nan } }
    #expect(!report.passed)
  }

  /// The first channel of this model never gets through its ReLU: no input of the model shows the fault.
  @Test func `A fault behind a dead ReLU is seen by the fold alone`() throws {
    let report = try report { graph in try change(.bias, in: &graph) { $0[0] += 0.01 } }
    #expect(!report.passed)
    guard case .compared(let outputs) = report.wholeModel else {
      Issue.record("the whole model was not run")
      return
    }
    let failing = outputs.filter { !$0.passed }
    #expect(failing.isEmpty)
  }

  @Test func `Another number of outputs is a difference`() throws {
    let original = try KerasModel(reading: Fixtures.fixture("keras3", "pattern_resnet_block").path).model
    var other = original
    other.graph.outputs.append(other.graph.outputs[0])
    let report = EquivalenceCheck(original: original, folded: other, seed: 0).run(claims: [])
    guard case .different = report.wholeModel else {
      Issue.record("the outputs differ in number")
      return
    }
    #expect(!report.passed)
  }
}
