import BatchNormFolding
import StateDictionaries
import Supervision
import Tensor

/// What a worker does with weights that come without a graph.
extension WorkerMain {
  func propose(_ models: [GivenModel]) throws -> ProposalAnswer {
    let file = try open(models[0])
    let configuration = try models[0].input.companion?.readAll(limit: task.limits.reading.json.bytes)
    let plan = file.proposal(configuration: configuration, outcome: task.outcome)
    return ProposalAnswer(
      summary: ModelSummary(of: file), ledger: plan.ledger, yaml: plan.yaml(for: task.models[0].model),
      family: plan.family, confidence: plan.confidence?.rawValue,
      needsEpsilon: plan.folds.contains { $0.epsilon == nil })
  }

  func inspectWeights(_ models: [GivenModel]) throws -> InspectionAnswer {
    let file = try open(models[0])
    let ledger = models[0].input.companion == nil ? Ledger() : try plannedFold(models[0]).ledger
    return InspectionAnswer(
      summary: ModelSummary(of: file), layers: [], tensors: file.tensors, ledger: ledger, connections: [])
  }

  func foldByPlan(_ models: [GivenModel]) throws -> FoldAnswer {
    let folded = try plannedFold(models[0])
    guard let paths = task.output else { throw TaskFailure(.software, "there is nothing to write to") }
    if task.checksNames { try folded.original.checkName(paths.model) }
    begin("writing the folded weights", folded.original)
    try folded.write(into: output(0), named: paths.model)
    return FoldAnswer(summary: ModelSummary(of: folded.original), ledger: folded.ledger, notes: folded.notes)
  }

  func checkByPlan(_ models: [GivenModel]) throws -> EquivalenceReport? {
    let folded = try plannedFold(models[0])
    Trail.begin("waiting for the folded weights")
    port.waitForGo()
    for file in models[1].input.all { file.measureAgain() }
    begin("reading the folded weights back", folded.original)
    let written = try folded.readBack(models[1].input.model, limits: task.limits.reading)
    return task.checks ? try folded.compare(with: written) : nil
  }

  private func open(_ given: GivenModel) throws -> WeightsFile {
    begin("reading the header of the weights", given)
    return try WeightsFile(reading: given.input, limits: task.limits.reading)
  }

  private func begin(_ stage: String, _ file: WeightsFile) {
    port.begin(
      stage, seconds: task.limits.arraySeconds(forBytes: 2 * file.byteCount),
      memoryBytes: task.limits.stageMemory(forBytes: 2 * file.byteCount))
  }

  func verifyByPlan(_ models: [GivenModel]) throws -> EquivalenceReport {
    let original = try open(models[0])
    let plan = try plan(models[0])
    let folded = try open(models[1])
    begin("comparing by the plan", original)
    return try original.verify(folded, plan: plan)
  }

  private func plannedFold(_ given: GivenModel) throws -> FoldedWeights {
    let file = try open(given)
    let plan = try plan(given)
    begin("folding by the plan", file)
    return try file.fold(by: plan)
  }

  private func plan(_ given: GivenModel) throws -> WeightPlan {
    guard let companion = given.input.companion else { throw TaskFailure(.software, "there is no plan") }
    let bytes = try companion.readAll(limit: task.limits.reading.json.bytes)
    do throws(PlanError) {
      return try WeightPlan(yaml: bytes)
    } catch {
      throw ModelFileError(.plan("\(error)"), file: companion.path)
    }
  }
}

/// What `plan` learns from weights.
struct ProposalAnswer {
  let summary: ModelSummary
  let ledger: Ledger
  /// The plan, line by line.
  let yaml: [String]
  let family: String?
  /// How sure it is; nil without a family.
  let confidence: String?
  /// Whether there is a fold whose epsilon the user has to say.
  let needsEpsilon: Bool
}

extension ProposalAnswer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    summary = try reader.take()
    ledger = try reader.take()
    yaml = try reader.take()
    family = try reader.take()
    confidence = try reader.take()
    needsEpsilon = try reader.take()
  }

  func write(to writer: inout MessageWriter) {
    writer.put(summary, ledger, yaml, family, confidence, needsEpsilon)
  }
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
