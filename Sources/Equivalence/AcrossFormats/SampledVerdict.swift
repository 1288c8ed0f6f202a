/// What is said of two models of different kinds, by what the proof has found and by what running them shows.
struct SampledVerdict {
  private let verdict: Verdict
  private let differences: [Difference]
  private let runs: RunOutcome
  private let located: () throws -> Difference?

  /// - Parameter located: where the first tensor is that differs, which takes further runs.
  init(
    _ verdict: Verdict, _ differences: [Difference], _ runs: RunOutcome,
    located: @escaping () throws -> Difference?
  ) {
    (self.verdict, self.differences, self.runs) = (verdict, differences, runs)
    self.located = located
  }

  /// The verdict and what differs.
  ///
  /// A computation that is written in another way is none that differs: only numbers say so, those of weights that belong to each
  /// other or those that come out.
  func outcome() throws -> (Verdict, [Difference]) {
    let outputs = if case .run(let outputs) = runs { outputs } else { [OutputRun]() }
    if verdict.isEqual {
      guard let gross = outputs.grosslyDifferent else { return (verdict, differences) }
      return (.notProven, [Difference(gross)])
    }
    if let run = outputs.first(where: \.isBeyondRounding) {
      let elements = differences.withElements
      let place = elements.isEmpty ? try located().map { [$0] } ?? [] : []
      return (
        .different, elements + place + [Difference(outOfPlace: run)] + differences.withoutElements
      )
    }
    // Where each model has a part of the folds, each of them has roundings that the other one has not.
    let isOfElements =
      verdict == .different && differences.withoutElements.isEmpty
      && !(runs.agree && differences.allSatisfy(\.isWithinRounding))
    return isOfElements
      ? (.different, differences) : (runs.agree ? .sampled : .notProven, differences.map(\.inDoubt))
  }
}

extension OutputRun {
  /// Whether no rounding explains the difference.
  fileprivate var isBeyondRounding: Bool {
    emptiness == nil && ownRounding < 1e-4 && !(difference <= max(1e-3, 64 * ownRounding))
  }
}

extension [Difference] {
  /// Those of elements or channels of weights.
  fileprivate var withElements: [Difference] { filter { $0.isDifference && $0.place != nil } }

  fileprivate var withoutElements: [Difference] { filter { !$0.isDifference || $0.place == nil } }
}

extension Difference {
  /// Values that come out of one of the models and not of the other one.
  fileprivate init(outOfPlace run: OutputRun) {
    self.init(
      layer: "", subject: "output \(run.name) on inputs \(run.inputs)", place: nil,
      expected: "the same but for rounding",
      found: "values off by \(Float(run.difference)) of the largest one",
      ulps: nil, count: 1, isDifference: true)
  }

  /// Whether the values are as near to each other as sums in float32 of which much has cancelled out.
  ///
  /// Two tools that have folded the same batch normalization have biases that far apart: 1e-5 of the smallest ones in MobileNet.
  fileprivate var isWithinRounding: Bool {
    guard let expected = Double(expected), let found = Double(found) else { return false }
    return abs(expected - found) <= 0x1p-14 * max(abs(expected), abs(found))
  }

  /// The same as a place where nothing more could be proven.
  fileprivate var inDoubt: Difference {
    Difference(
      layer: layer, subject: subject, place: place, expected: expected, found: found, ulps: ulps,
      count: count,
      isDifference: false)
  }
}
