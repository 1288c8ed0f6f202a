import Bytes
import Elements
import Equivalence
import Files
import Fixtures
import Folding
import ModelFormats
import ModelGraph
import Testing

@testable import ONNXFormat

/// A model that was folded, written and read back.
struct FoldedModel {
  let original: ONNXSource
  let written: ONNXSource
  let ledger: Ledger
  private let graph: Graph

  /// - Throws: where it cannot be written, or does not read back.
  init(_ source: ONNXSource, options: FoldOptions = FoldOptions()) throws {
    original = source
    let plan = try FoldPlanner.plan(
      Model(graph: source.graph, weights: source), constraints: source.foldConstraints, options: options)
    (ledger, graph) = (plan.ledger, plan.graph)
    let pending = EditedONNXModel(source: source, graph: plan.graph, elementsFile: nil)
    let path = TemporaryDirectory().file("folded.onnx")
    let scratch = try #require(ScratchFile())
    try pending.write(to: scratch.descriptor, named: path)
    let back = try pending.readBack([InputFile(scratch, path: path)], scratch: nil)
    written = try #require(back as? ONNXSource)
  }

  init(_ model: SmallModel, options: FoldOptions = FoldOptions()) throws {
    try self.init(try model.source(), options: options)
  }

  /// How many were folded.
  var count: Int { ledger.folded.count }

  /// The codes of those that stay, by their names.
  var codes: [ByteString: Refusal.Code] {
    var codes: [ByteString: Refusal.Code] = [:]
    for entry in ledger.kept {
      if case .kept(let refusal, _) = entry.outcome { codes[entry.layer] = refusal.code }
    }
    return codes
  }

  /// What the proof says, after both were run.
  func report(seed: UInt64 = 0) throws -> EquivalenceReport {
    try EquivalenceCheck(
      original: Model(graph: original.graph, weights: original),
      folded: Model(graph: written.graph, weights: written),
      exact: Model(graph: graph, weights: original).unrounded, trustsCarriedWeights: true
    ).report(inputs: .random(seed: seed))
  }

  func verdict() throws -> Verdict { try report().verdict }

  /// The operators of the folded model.
  var operators: [ByteString] { written.model.graph.nodes.map(\.operatorType) }

  var initializers: [ByteString] { written.model.graph.initializers.map(\.name) }

  func node(_ operatorType: ByteString) -> ONNXNode? {
    written.model.graph.nodes.first { $0.operatorType == operatorType }
  }
}

/// A batch normalization of a tensor, with its own constants.
func normalization(of tensor: String, as output: String, _ prefix: String = "") -> [UInt8] {
  node(
    "BatchNormalization", [tensor] + ["gamma", "beta", "mean", "variance"].map { prefix + $0 }, [output],
    ["epsilon": 0.25])
}

/// The constants of a batch normalization of so many channels.
func normalizationConstants(_ channels: Int64, _ prefix: String = "", sign: Float = 1) -> [[UInt8]] {
  func numbers(_ first: Float, _ step: Float) -> [Float] { (0..<channels).map { first + step * Float($0) } }
  return [
    initializer(prefix + "gamma", [channels], numbers(0.5, 0.25).map { sign * $0 }),
    initializer(prefix + "beta", [channels], numbers(-0.5, 0.125)),
    initializer(prefix + "mean", [channels], numbers(0.25, -0.5)),
    initializer(prefix + "variance", [channels], numbers(0.5, 0.75)),
  ]
}

/// Numbers that are not the same in any two places.
func kernel(_ name: String, _ sizes: [Int64]) -> [UInt8] {
  let count = sizes.reduce(1, *)
  return initializer(name, sizes, (0..<count).map { Float(($0 * 7 + 3) % 11) / 8 - 0.625 })
}
