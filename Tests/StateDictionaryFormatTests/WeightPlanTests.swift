import Bytes
import Testing
@testable import StateDictionaryFormat

/// A plan is text that people edit: it reads back as it was, and every mistake has its line.
@Suite struct WeightPlanTests {
  static let fold = PlannedFold(
    kernel: "conv.weight", bias: "conv.bias", layout: .outputFirst, gamma: "bn.weight", beta: nil,
    mean: "bn.running_mean", variance: "yes", others: ["null", "a: \"b\"\n"], epsilon: 1e-05, outcome: .reset,
    reason: "because")

  @Test func `A plan reads back as it was written`() throws {
    let plan = WeightPlan(
      family: "resnet", folds: [Self.fold], open: [OpenNormalization(name: "x\n- y", reason: "none")])
    let text = plan.yaml(for: "file\n.safetensors").joined(separator: "\n")
    let read = try WeightPlan(yaml: Array(text.utf8))
    #expect(read.family == "resnet")
    #expect(read.folds.count == 1)
    let fold = try #require(read.folds.first)
    #expect(fold.kernel == Self.fold.kernel && fold.bias == Self.fold.bias && fold.layout == Self.fold.layout)
    #expect(fold.gamma == Self.fold.gamma && fold.beta == nil)
    #expect(fold.mean == Self.fold.mean && fold.variance == Self.fold.variance)
    #expect(fold.others == Self.fold.others && fold.epsilon == 1e-5 && fold.outcome == .reset)
  }

  /// Line separators, controls, noncharacters and what lies outside the basic plane have rules of their own in YAML.
  @Test(arguments: [
    0x01...0x2FFF, 0xD7F0...0xD7FF, 0xE000...0xE010, 0xFDC0...0x10FFF, 0x1F600...0x1F640, 0x10FFF0...0x10FFFF,
  ])
  func `Every character of a name reads back`(values: ClosedRange<UInt32>) throws {
    var fold = Self.fold
    fold.others = values.compactMap { Unicode.Scalar($0).map { ByteString("\($0)") } }
    fold.reason = fold.others.map { "\($0)" }.joined()
    let text = WeightPlan(folds: [fold]).yaml(for: "x").joined(separator: "\n")
    #expect(try WeightPlan(yaml: Array(text.utf8)).folds[0].others == fold.others)
  }

  @Test func `A plan without folds and one without epsilon are plans`() throws {
    #expect(
      try WeightPlan(yaml: Array(WeightPlan().yaml(for: "x").joined(separator: "\n").utf8)).folds.isEmpty)
    var fold = Self.fold
    fold.epsilon = nil
    let text = WeightPlan(folds: [fold]).yaml(for: "x").joined(separator: "\n")
    #expect(try WeightPlan(yaml: Array(text.utf8)).folds[0].epsilon == nil)
  }

  @Test(arguments: [
    ("[", "not valid YAML"), ("", "a plan is a map"), ("version: 2\nfolds: []", "version is not 1"),
    ("a: &a [1]\nb: *a", "line 2: aliases are not read"), ("a: 1\n---\nb: 1", "second document"),
    (String(repeating: "[", count: 50), "too deep"), ("? [a]\n: b", "a key is not text"),
    ("version: 1", "folds is not a list"),
    ("version: 1\nfolds: []\nfold: []", "line 3: fold is not known here"),
    ("version: 1\nfolds: [1]", "a fold is a map"),
    ("version: 1\nversion: 1\nfolds: []", "line 2: version is there twice"),
  ])
  func `A text that is no plan is refused`(text: String, words: String) {
    #expect { try WeightPlan(yaml: Array(text.utf8)) } throws: { "\($0)".contains(words) }
  }

  @Test(arguments: [
    ("kernel: \"conv.weight\"", "kernel: null", "kernel"),
    ("layout: OIHW", "layout: OHWI", "not one of OIHW"),
    ("outcome: reset", "outcome: keep", "neither remove nor reset"),
    ("epsilon: 1e-05", "epsilon: -1", "from 0 on"),
    ("epsilon: 1e-05", "epsilon: small", "from 0 on"), ("bias:", "biases:", "biases is not known here"),
    ("others: [", "others: [[], ", "not a name"), ("epsilon: 1e-05", "epsilon: .inf", "from 0 on"),
  ])
  func `A mistake in a fold is refused`(old: String, new: String, words: String) {
    let text = WeightPlan(folds: [Self.fold]).yaml(for: "x").joined(separator: "\n")
    let edited = text.replacing(old, with: new)
    #expect(edited != text)
    #expect { try WeightPlan(yaml: Array(edited.utf8)) } throws: {
      "\($0)".contains(words) && "\($0)".contains("line ")
    }
  }
}
