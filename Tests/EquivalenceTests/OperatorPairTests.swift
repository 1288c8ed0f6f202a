import Bytes
import Elements
import Equivalence
import Glibc
import ModelGraph
import Testing

/// Graphs of operators: the same in other words is proven, and anything else is not.
@Suite struct OperatorPairTests {
  private func report(_ original: Model, _ other: Model) throws -> EquivalenceReport {
    try EquivalenceCheck(original: original, folded: other).report(inputs: .random(seed: 0), runs: false)
  }

  @Test(arguments: OperatorFiles.names)
  func `The same in other words is proven`(name: String) throws {
    let (original, other) = (
      try OperatorFiles.model("\(name).original"), try OperatorFiles.model("\(name).other")
    )
    let report = try report(original, other)
    #expect(report.verdict.isEqual, "\(report)")
    #expect(try self.report(original, original).verdict == .equal)
    #expect(try self.report(other, other).verdict == .equal)
  }

  /// `BNFOLD_DAMAGES` sets how many, `BNFOLD_DAMAGE_SEED` the first seed: a failure prints the one that replays it.
  private static func seeds(_ count: Int) -> Range<Int> {
    func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
    let first = number("BNFOLD_DAMAGE_SEED") ?? 0
    return first..<first + (number("BNFOLD_DAMAGES") ?? count)
  }

  @Test(arguments: OperatorFiles.names)
  func `No damage of either of the two passes`(name: String) throws {
    let (original, other) = (
      try OperatorFiles.model("\(name).original"), try OperatorFiles.model("\(name).other")
    )
    var count = 0
    for seed in Self.seeds(60) {
      var damage = OperatorDamage(seed: UInt64(seed))
      let isOther = seed % 2 == 0
      guard let damaged = try damage.damaged(isOther ? other : original) else { continue }
      count += 1
      let report = try isOther ? report(original, damaged) : report(damaged, other)
      #expect(!report.verdict.isEqual, "\(name), seed \(seed): \(damage.what)")
    }
    #expect(count > 5)
  }

  /// What a change of the ends of a model is.
  enum End: CaseIterable {
    case inputName, outputName, inputType, inputShape, outputType, outputShape, output, replaceable
  }

  @Test(arguments: End.allCases)
  func `What the caller sees has to be the same`(end: End) throws {
    let original = try OperatorFiles.model("silent_nodes.original")
    var other = try OperatorFiles.model("silent_nodes.other")
    let input = other.graph.calls[other.graph.inputs[0].call].layer
    switch end {
    case .inputName: other.graph.layers[input].name = "image"
    case .outputName: other.graph.outputNames = ["z"]
    case .inputType:
      other.graph.layers[input].operation = .input(shape: [nil, 3, 8, 8], elementType: "float16")
    case .inputShape:
      other.graph.layers[input].operation = .input(shape: [2, 3, 8, 8], elementType: "float32")
    case .outputType: other.graph.outputTypes = [.float16]
    case .outputShape: other.graph.outputShapes = [[nil, 4, 6, 7]]
    case .output: other.graph.outputs = [other.graph.inputs[0]]
    case .replaceable:
      let constant = try #require(other.graph.layers.firstIndex { $0.className == "Constant" })
      other.graph.layers[constant].isReplaceable = true
    }
    #expect(try !report(original, other).verdict.isEqual)
  }

  /// x + 100,000,008 - 100,000,000 is not x, though either constant may be a number that was rounded by 4.
  @Test(arguments: [Float(1e8), 1e6, 3e4, 300])
  func `Large numbers that are added and taken away again hide nothing`(size: Float) throws {
    let original = try OperatorFiles.model("bias_as_sum.other")
    var other = original
    for (name, value) in [("plus", size + size.ulp), ("minus", -size)] {
      other.graph.append(.add, Double(value), named: ByteString(name), to: other.graph.outputs[0])
    }
    #expect(try !report(original, other).verdict.isEqual)
  }
}
