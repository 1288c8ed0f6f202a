import Bytes
import Elements
import Equivalence
import Fixtures
import Folding
import ModelGraph
import Testing

/// Property: zeros in kernels, biases and gammas, which have no ratio, neither hide a damage nor stop a right fold.
@Suite struct RandomZeroTests {
  private static let seeds = GraphSeeds.range(300)

  private func folded(_ seed: Int) throws -> (original: Model, folded: Model) {
    var builder = RandomGraph(seed: UInt64(seed), elementType: .float32).builder
    var generator = SeededGenerator(seed: UInt64(seed) ^ 0x5EED)
    builder.addZeros(&generator)
    let plan = try Harness.plan(builder, rules: .all)
    return (builder.model, Model(graph: plan.graph, weights: builder.store))
  }

  /// Where constants end in something that takes any value, a proof may end early: decision 0020 says how often.
  @Test func `Right folds are proven, but for one in fifty`() throws {
    var missed: [String] = []
    for seed in Self.seeds {
      let models = try folded(seed)
      let found = try Harness.report(models.original, models.folded)
      if found.verdict != .equal { missed.append("seed \(seed): \(found.differences)") }
      let distance = try Harness.difference(between: models.original, models.folded, seed: UInt64(seed))
      #expect(distance < 1e-4, "seed \(seed)")
    }
    #expect(missed.count * 50 <= Self.seeds.count, "\(missed)")
  }

  @Test(.slow) func `An element that becomes another one is seen`() throws {
    var (equal, unsaid) = (0, [String]())
    for seed in Self.seeds {
      let models = try folded(seed)
      var generator = SeededGenerator(seed: UInt64(seed) ^ 0xDA3A9E)
      for number in 0..<6 {
        var damaged = models.folded
        guard let what = try damaged.graph.changeAnElement(of: models.folded.weights, &generator) else {
          continue
        }
        let found = try Harness.report(models.original, damaged)
        let difference = try Harness.difference(between: models.folded, damaged, seed: UInt64(seed))
        #expect(!found.passed || difference < 1e-6, "seed \(seed), damage \(number): \(what) is accepted")
        if found.verdict == .equal { equal += 1 }
        if found.verdict == .equal, found.hiddenDifferences.count == 0, found.extent.unreadWeights == 0 {
          unsaid.append("seed \(seed), damage \(number): \(what)")
        }
      }
    }
    #expect(unsaid.isEmpty, "\(unsaid.count) of \(equal): \(unsaid.prefix(40))")
  }
}

extension SeededGenerator {
  fileprivate mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }
}

extension ModelBuilder {
  /// Makes whole columns, single elements and biases 0.
  fileprivate mutating func addZeros(_ generator: inout SeededGenerator) {
    var variables: [Variable] = []
    graph.forEachGraph { graph, _ in
      variables += graph.layers.flatMap { $0.core.variables ?? [] }
    }
    for variable in variables where generator.below(2) == 0 {
      guard case .stored(let number) = variable.value, let columns = variable.shape.last,
        ![.movingMean, .movingVariance].contains(variable.role)
      else { continue }
      var values: [Double] = store.weights[number].bytes.withUnsafeBytes {
        variable.elementType.decode($0)
      }
      let column = generator.below(columns)
      let isColumn = generator.below(2) == 0
      for index in values.indices where isColumn ? index % columns == column : generator.below(3) == 0 {
        values[index] = 0
      }
      store.weights[number].bytes = variable.elementType.encode(values)
    }
  }
}

extension Graph {
  /// Sets an element to 0, to its negative, or to something else.
  ///
  /// - Returns: what was changed; nil where there is nothing to change.
  fileprivate mutating func changeAnElement(
    of store: any WeightStore, _ generator: inout SeededGenerator
  ) throws -> String? {
    var places: [LayerAddress] = []
    forEachGraph { graph, prefix in
      places += graph.layers.indices.filter { graph.layers[$0].core.variables?.isEmpty == false }
        .map { LayerAddress(prefix + [$0]) }
    }
    guard !places.isEmpty else { return nil }
    let address = places[generator.below(places.count)]
    let variables = self[address].core.variables ?? []
    let index = generator.below(variables.count)
    var values: [Double] = try variables[index].elements(from: store)
    let element = generator.below(values.count)
    let old = values[element]
    switch generator.below(3) {
    case 0: values[element] = old == 0 ? 0.5 : 0
    case 1: values[element] = old == 0 ? -0.5 : -old
    default: values[element] += generator.below(2) == 0 ? 0.25 : -0.25
    }
    let isVariance = variables[index].role == .movingVariance
    guard values[element] != old, !isVariance || values[element] >= 0 else { return nil }
    self[address].core.variables?[index].value = .computed(values)
    return
      "element \(element) of \(variables[index].role) of \(self[address].name): \(old) to \(values[element])"
  }
}
