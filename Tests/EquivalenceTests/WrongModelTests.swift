import BatchNormFolding
import Equivalence
import Fixtures
import Folding
import ModelGraph
import Tensor
import Testing

/// The check itself: it has to see every kind of wrong model.
@Suite struct WrongModelTests {
  /// What a faulty tool does to a folded model.
  enum Fault: String, CaseIterable, Sendable {
    case oneWeight, oneBias, swappedChannels, shiftLost, scaleLost, epsilonTakenFromADefault
  }

  private func report(_ change: (inout Graph) -> Void) throws -> EquivalenceReport {
    let original = try ModelFile(opening: Fixtures.fixture("keras3", "pattern_resnet_block").path)
    let plan = try FoldPlanner.plan(original.model, biasAddition: BiasAddition(guessesTheAxis: false))
    var graph = plan.graph
    change(&graph)
    let folded = Model(graph: graph, weights: original.model.weights)
    let claims = plan.folds.compactMap { fold -> FoldClaim? in
      let name = original.model.graph[fold.producer].name
      guard let index = graph.layers.firstIndex(where: { $0.name == name }) else { return nil }
      return FoldClaim(
        producer: fold.producer, batchNormalizations: fold.batchNormalizations, folded: LayerAddress([index]),
        inputShape: fold.inputShape)
    }
    return try EquivalenceCheck(original: original.model, folded: folded, seed: 0).run(claims: claims)
  }

  /// Changes a weight of the first folded layer.
  private func change(
    _ role: Role, in graph: inout Graph, _ change: (inout [Double]) -> Void
  ) throws {
    let original = try ModelFile(opening: Fixtures.fixture("keras3", "pattern_resnet_block").path)
    let index = try #require(graph.layers.firstIndex { $0.name == "conv1" || $0.core.variable(.kernel) != nil })
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
    var failure: (any Error)?
    let report = try report { graph in
      do {
        switch fault {
        case .oneWeight: try change(.kernel, in: &graph) { $0[0] += 0.01 }
        case .oneBias: try change(.bias, in: &graph) { $0[0] += 0.01 }
        case .swappedChannels: try change(.bias, in: &graph) { $0.swapAt(0, 1) }
        case .shiftLost: try change(.bias, in: &graph) { $0 = $0.map { _ in 0 } }
        case .scaleLost: try change(.kernel, in: &graph) { $0 = $0.map { $0 * 2 } }
        case .epsilonTakenFromADefault: try change(.kernel, in: &graph) { $0 = $0.map { $0 * 1.0005 } }
        }
      } catch {
        failure = error
      }
    }
    #expect(failure == nil)
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
      try? change(.kernel, in: &graph) { $0 = $0.map { Double(Float($0).nextUp.nextUp) } }
    }
    #expect(report.folds.contains { !$0.passed && $0.largestError > 0.5 && $0.largestError < 4 })
  }

  @Test func `A weight that is not a number fails`() throws {
    let report = try report { graph in try? change(.kernel, in: &graph) { $0[3] = .nan } }
    #expect(!report.passed)
  }

  @Test func `Another number of outputs is a difference`() throws {
    let report = try report { $0.outputs.append($0.outputs[0]) }
    guard case .different = report.wholeModel else {
      Issue.record("the outputs differ in number")
      return
    }
    #expect(!report.passed)
  }
}
