import Arrays
import Bytes
import Elements
import Equivalence
import Fixtures
import Folding
import ModelGraph
import Safetensors
import Testing
@testable import StateDictionaryFormat

/// The new weights compute what the old ones and the batch normalization computed.
@Suite struct PlanApplicationTests {
  private let dictionaries = Dictionaries()

  /// Shapes of a kernel by layout, and its number of channels.
  private static func shape(_ layout: KernelLayout, _ generator: inout SeededGenerator) -> (Shape, Int) {
    func size() -> Int { Int(generator.next() % 4) + 1 }
    switch layout {
    case .outputFirst:
      let shape = [size() + 1, size(), size(), size()]
      return (shape, shape[0])
    case .linear:
      let shape = [size() + 1, size()]
      return (shape, shape[0])
    case .outputLast:
      let shape = [size(), size(), size(), size() + 1]
      return (shape, shape[3])
    case .transposed:
      let shape = [size(), size() + 1]
      return (shape, shape[1])
    case .inputLast:
      let shape = [size(), size(), size() + 1, size()]
      return (shape, shape[2])
    case .depthwise:
      let shape = [size(), size(), size(), size()]
      return (shape, shape[2] * shape[3])
    case .inputFirst:
      let (groups, perGroup) = (size(), size())
      return ([groups * size(), perGroup, size(), size()], groups * perGroup)
    }
  }

  /// The channel of each element, written down without the table that the code under test uses.
  private static func channel(_ index: Int, _ shape: Shape, _ layout: KernelLayout, channels: Int) -> Int {
    var (rest, place) = (index, [Int](repeating: 0, count: shape.count))
    for axis in shape.indices.reversed() {
      (rest, place[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis])
    }
    switch layout {
    case .outputFirst, .linear: return place[0]
    case .outputLast, .transposed: return place[shape.count - 1]
    case .inputLast: return place[2]
    case .depthwise: return place[2] * shape[3] + place[3]
    case .inputFirst:
      let groups = channels / shape[1]
      return place[0] / (shape[0] / groups) * shape[1] + place[1]
    }
  }

  @Test(arguments: KernelLayout.allCases, PlannedFold.Outcome.allCases)
  func `Random kernels of every layout`(layout: KernelLayout, outcome: PlannedFold.Outcome) throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let (shape, channels) = Self.shape(layout, &generator)
      let hasBias = generator.next() % 2 == 0
      let type: ElementType = [.float16, .bfloat16, .float32, .float64][Int(generator.next() % 4)]
      let shapes =
        [("other", [3]), ("k", shape)] + (hasBias ? [("b", [channels])] : [])
        + Dictionaries.normalization("n", channels)
      let dictionary = try dictionaries.make(shapes, type: type, seed: seed)
      var fold = WeightPlanTests.fold
      (fold.kernel, fold.bias, fold.layout, fold.outcome) = ("k", "b", layout, outcome)
      (fold.gamma, fold.beta, fold.mean, fold.variance) = (
        "n.weight", "n.bias", "n.running_mean", "n.running_var"
      )
      (fold.others, fold.epsilon) = ([], 1e-3)
      let application = try PlanApplication(of: WeightPlan(folds: [fold]), to: dictionary)
      #expect(application.ledger.folded.count == 1)
      let written = try dictionaries.write(application, named: "out")
      let names = written.names.map { "\($0)" }
      #expect(outcome == .reset ? names == shapes.map(\.0) : names == ["other", "k", "b"], "seed \(seed)")

      let (gamma, beta) = (try dictionary.values("n.weight"), try dictionary.values("n.bias"))
      let (mean, variance) = (try dictionary.values("n.running_mean"), try dictionary.values("n.running_var"))
      let bias = hasBias ? try dictionary.values("b") : [Double](repeating: 0, count: channels)
      let scale = gamma.indices.map { gamma[$0] / (variance[$0] + 1e-3).squareRoot() }
      let (old, new) = (try dictionary.values("k"), try written.values("k"))
      for index in old.indices {
        let expected = old[index] * scale[Self.channel(index, shape, layout, channels: channels)]
        #expect(new[index] == type.rounded(expected), "seed \(seed)")
      }
      let shift = try outcome == .remove ? written.values("b") : written.values("n.bias")
      for channel in 0..<channels {
        let whole = (bias[channel] - mean[channel]) * scale[channel] + beta[channel]
        let own = outcome == .remove ? whole : beta[channel] - mean[channel] * scale[channel]
        #expect(shift[channel] == type.rounded(own), "seed \(seed)")
      }
      if outcome == .reset {
        #expect(try written.values("n.weight").allSatisfy { $0 == 1 })
        #expect(try written.values("n.running_mean").allSatisfy { $0 == 0 })
        #expect(try written.values("n.running_var").allSatisfy { $0 == type.rounded(1 - 1e-3) })
      }
      #expect(try written.values("other") == dictionary.values("other"))
      let report = try PlanVerification(of: application.plan, original: dictionary, folded: written).report()
      #expect(report.verdict == .equal, "seed \(seed): \(report.differences)")
    }
  }

  private func smallFold() throws -> (StateDictionary, PlannedFold) {
    let dictionary = try dictionaries.make(Dictionaries.pair("conv", [4, 3, 3, 3], "bn", bias: true))
    var fold = WeightPlanTests.fold
    (fold.beta, fold.variance, fold.others) = ("bn.bias", "bn.running_var", [])
    return (dictionary, fold)
  }

  @Test func `The check sees a single wrong element`() throws {
    let (dictionary, fold) = try smallFold()
    let application = try PlanApplication(of: WeightPlan(folds: [fold]), to: dictionary)
    let right = try dictionaries.write(application, named: "right")
    let plan = application.plan
    #expect(try PlanVerification(of: plan, original: dictionary, folded: right).report().verdict == .equal)
    var kernel = try right.values("conv.weight")
    kernel[50] += 1e-3
    let edited = right.names.map { name in
      let values = name == "conv.weight" ? kernel : try! right.values(name)
      return NamedArray(
        name: name, elementType: .float32, shape: right[name]!.shape, content: .values(values, .float32))
    }
    let damaged = try dictionaries.write(SafetensorsWriter(edited, metadataText: nil), named: "damaged")
    let report = try PlanVerification(of: plan, original: dictionary, folded: damaged).report()
    #expect(report.verdict == .different && report.differences.first?.layer == "conv.weight")
  }

  @Test func `A plan that does not fit is refused`() throws {
    let cases: [(words: String, edit: (inout PlannedFold) -> Void)] = [
      ("there is no such tensor", { $0.kernel = "nothing" }),
      ("there is no such tensor", { $0.others = ["nothing"] }),
      ("for two purposes", { $0.others = ["conv.weight"] }),
      (
        "has 108 elements for 4 channels",
        {
          $0.bias = "conv.weight"; $0.kernel = "conv.bias"
        }
      ),
      ("does not have 4 channels", { $0.layout = .outputLast }),
      ("does not have 4 channels", { $0.layout = .linear }),
      ("epsilon is missing", { $0.epsilon = nil }),
    ]
    for (words, edit) in cases {
      var (dictionary, fold) = try smallFold()
      edit(&fold)
      #expect { try PlanApplication(of: WeightPlan(folds: [fold]), to: dictionary) } throws: {
        "\($0)".contains(words)
      }
      dictionary = try dictionaries.make([])
    }
    let (dictionary, fold) = try smallFold()
    #expect { try PlanApplication(of: WeightPlan(folds: [fold, fold]), to: dictionary) } throws: {
      "\($0)".contains("for two purposes")
    }
  }

  @Test func `A fold that is not exact stays undone, with the reason`() throws {
    let (dictionary, fold) = try smallFold()
    var tensors = dictionary.names.filter { $0 != "bn.running_var" }.map {
      dictionary[$0]!
    }
    tensors.append(
      NamedArray(
        name: "bn.running_var", elementType: .float32, shape: [4], content: .values([1, -1, 1, 1], .float32)))
    let damaged = try dictionaries.write(SafetensorsWriter(tensors, metadataText: nil), named: "negative")
    let application = try PlanApplication(of: WeightPlan(folds: [fold]), to: damaged)
    #expect(application.ledger.folded.isEmpty)
    guard case .kept(let refusal, _)? = application.ledger.kept.first?.outcome else {
      Issue.record("it is not in the ledger")
      return
    }
    #expect(refusal.code == .varianceNotPositive)
    let written = try dictionaries.write(application, named: "same")
    #expect(try written.values("conv.weight") == dictionary.values("conv.weight"))
  }

  @Test func `What the plan does not have stays, and is in the ledger`() throws {
    let (dictionary, _) = try smallFold()
    let application = try PlanApplication(of: WeightPlan(), to: dictionary)
    guard case .kept(let refusal, _)? = application.ledger.kept.first?.outcome else {
      Issue.record("it is not in the ledger")
      return
    }
    #expect(refusal.code == .notPlanned)
  }
}
