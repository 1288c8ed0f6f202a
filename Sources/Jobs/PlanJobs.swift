import BatchNormFolding
import Folding
import ModelFormats
import StateDictionaryFormat

/// A job about weights that come without a graph.
protocol PlanJob: Job {}

extension PlanJob {
  var needsScratch: Bool { false }
}

/// Proposes what to fold in weights; a configuration may come with them.
struct ProposeJob: PlanJob {
  let outcome: PlannedFold.Outcome

  func answer(in workplace: Workplace) throws -> ProposalAnswer {
    let file = try workplace.openWeights(0)
    let given = workplace.models[0].input
    let configuration = try given.companion?.readAll(limit: workplace.limits.reading.json.bytes)
    let plan = file.proposal(configuration: configuration, outcome: outcome)
    return ProposalAnswer(
      summary: ModelSummary(of: file), ledger: plan.ledger, yaml: plan.yaml(for: given.model.path),
      family: plan.family, confidence: plan.confidence,
      needsEpsilon: plan.folds.contains { $0.epsilon == nil })
  }
}

/// Shows weights, and what is folded in them by a plan, if there is one.
struct InspectWeightsJob: PlanJob {
  func answer(in workplace: Workplace) throws -> InspectionAnswer {
    try workplace.inspect(try workplace.openWeights(0))
  }
}

/// Folds weights by a plan into an empty file.
struct PlannedFoldJob: PlanJob {
  let checksNames: Bool

  func answer(in workplace: Workplace) throws -> FoldAnswer {
    let folded = try workplace.foldByPlan()
    if checksNames { try folded.original.checkName(workplace.target().path) }
    workplace.begin("writing the folded weights", arrayBytes: 2 * folded.original.byteCount)
    try workplace.write(folded.pending)
    return FoldAnswer(
      summary: ModelSummary(of: folded.original),
      size: ModelSize(parts: folded.tensorCount, parameters: folded.parameterCount), ledger: folded.ledger,
      notes: folded.notes)
  }
}

/// Reads weights back that were folded by a plan.
struct CheckPlannedFoldJob: PlanJob {
  let checks: Bool

  var readsWhatIsWritten: Bool { true }

  func answer(in workplace: Workplace) throws -> CheckAnswer {
    let folded = try workplace.foldByPlan()
    let given = workplace.waitForWhatIsWritten("folded weights")
    workplace.begin("reading the folded weights back", arrayBytes: 2 * folded.original.byteCount)
    let written = try folded.pending.readBack(given.input.all, scratch: nil)
    return CheckAnswer(report: checks ? try folded.compare(with: written) : nil, kernelChanges: nil)
  }
}

/// Proves by a plan that the second weights compute the same as the first.
struct VerifyByPlanJob: PlanJob {
  var namedModels: Int { 2 }

  func answer(in workplace: Workplace) throws -> CheckAnswer {
    let original = try workplace.openWeights(0)
    let plan = try workplace.readPlan()
    let folded = try workplace.openWeights(1)
    workplace.begin("comparing by the plan", arrayBytes: 2 * original.byteCount)
    return CheckAnswer(report: try original.verify(folded, plan: plan), kernelChanges: nil)
  }
}

extension Workplace {
  fileprivate func openWeights(_ index: Int) throws -> WeightsFile {
    begin("reading the header of the weights", structureOf: models[index])
    return try WeightsFile(reading: models[index].input, limits: limits.reading)
  }

  /// What `inspect` shows of weights, and of the plan beside them, if there is one.
  func inspect(_ file: WeightsFile) throws -> InspectionAnswer {
    let hasPlan = models[0].input.companion != nil
    return InspectionAnswer(
      summary: ModelSummary(of: file), layers: [], tensors: file.tensors,
      ledger: hasPlan ? try foldByPlan(file).ledger : Ledger(), connections: [])
  }

  fileprivate func foldByPlan() throws -> FoldedWeights { try foldByPlan(try openWeights(0)) }

  private func foldByPlan(_ file: WeightsFile) throws -> FoldedWeights {
    let plan = try readPlan()
    begin("folding by the plan", arrayBytes: 2 * file.byteCount)
    return try file.fold(by: plan)
  }

  fileprivate func readPlan() throws -> WeightPlan {
    guard let companion = models[0].input.companion else { throw TaskFailure(.software, "there is no plan") }
    let bytes = try companion.readAll(limit: limits.reading.json.bytes)
    do throws(PlanError) {
      return try WeightPlan(yaml: bytes)
    } catch {
      throw ModelFileError(error, file: companion.path)
    }
  }
}

/// What `plan` learns from weights.
package struct ProposalAnswer: Codable {
  package let summary: ModelSummary
  package let ledger: Ledger
  /// The plan, line by line.
  package let yaml: [String]
  package let family: String?
  /// How sure it is; nil without a family.
  package let confidence: WeightPlan.Confidence?
  /// Whether there is a fold whose epsilon the user has to say.
  package let needsEpsilon: Bool
}

extension WeightPlan {
  /// What would become of each batch normalization.
  fileprivate var ledger: Ledger {
    let planned = folds.map {
      Ledger.Entry(
        layer: $0.normalization, outcome: .folded(into: [$0.kernel], rule: $0.layout.rawValue, across: []))
    }
    let left = open.map { Ledger.Entry(layer: $0.name, outcome: .kept(Refusal(.noSafeRule, $0.reason))) }
    return Ledger(entries: planned + left)
  }
}
