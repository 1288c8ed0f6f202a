import BatchNormFolding
import Bytes
import Files
import ModelFormats
import StateDictionaryFormat
import Supervision

/// The supervisor's side of every command: it opens files and starts workers, and never looks into a file.
package struct Contained {
  package let limits: Limits
  /// Shows what goes on.
  let observer: any JobObserver.Type

  package init(limits: Limits, observer: any JobObserver.Type) {
    (self.limits, self.observer) = (limits, observer)
  }

  package func inspect(_ model: ModelInput, options: FoldOptions) throws -> InspectionAnswer {
    try run(InspectJob(options: options), "reading", models: [model])
  }

  /// - Parameter weights: without a graph, with a plan if there is one.
  package func inspectWeights(_ weights: ModelInput) throws -> InspectionAnswer {
    try run(InspectWeightsJob(), "reading", models: [weights])
  }

  /// Says what a person should know about the batch normalizations of a model.
  package func lint(_ model: ModelInput) throws -> LintAnswer {
    try run(LintJob(), "examining", models: [model])
  }

  /// - Parameters:
  ///   - arrays: files with arrays to run both models on, and the inputs that they are for.
  ///   - pairs: inputs and outputs of models of different kinds that belong together.
  ///   - measures: whether the kernels are measured, too.
  package func verify(
    _ original: ModelInput, _ folded: ModelInput, on arrays: [(input: ByteString?, path: String)],
    pairs: [NamedPair] = [], seed: UInt64, measures: Bool = false
  ) throws -> CheckAnswer {
    try run(
      VerifyJob(seed: seed, inputNames: arrays.map(\.input), pairs: pairs, measures: measures), "checking",
      models: [original, folded] + arrays.map { ModelInput(model: try open($0.path)) })
  }

  /// Compares weights without a graph.
  ///
  /// - Parameter original: with its plan.
  package func verifyByPlan(_ original: ModelInput, _ folded: ModelInput) throws -> CheckAnswer {
    try run(VerifyByPlanJob(), "checking", models: [original, folded])
  }

  /// Proposes what to fold in weights without a graph.
  ///
  /// A `config.json` beside them may say what they are of.
  package func propose(_ weights: ModelInput, outcome: PlannedFold.Outcome) throws -> ProposalAnswer {
    let input = ModelInput(
      form: weights.form, model: weights.model,
      companion: try? open(PathParts(weights.model.path).sibling("config.json")), parts: weights.parts)
    return try run(ProposeJob(outcome: outcome), "reading", models: [input])
  }

  /// Runs a model on files with arrays, into a file that has no name yet.
  package func run(
    _ model: ModelInput, on inputs: [String], into output: ModelOutput, _ job: RunJob
  ) throws -> RunAnswer {
    try run(
      job, "running", models: [model] + inputs.map { ModelInput(model: try open($0)) }, output: output)
  }

  /// Finds out what differs between two files.
  package func compare(_ first: ModelInput, _ second: ModelInput) throws -> ModelDifference {
    try run(CompareJob(), "comparing", models: [first, second])
  }

  /// Writes a model in another format into files that have no name yet, and reads it back in a second process.
  package func convert(
    _ model: ModelInput, into files: ModelOutput, _ target: ConversionTarget
  ) throws -> (answer: ConversionAnswer, rounding: ModelDifference) {
    var conversion = try start(ConvertJob(target: target), models: [model], output: files)
    var check = try start(
      CheckConversionJob(target: target), models: [model, try files.openForReading()])
    return try finish(&conversion, "converting", &check, "reading back", files)
  }

  /// Estimates the statistics of a model from data.
  package func calibrate(
    _ model: ModelInput, on data: [DataSet], _ options: CalibrationOptions, _ batches: BatchOptions
  ) throws -> CalibrationAnswer {
    let sets = try data.map { try $0.open(limits) }
    let job = CalibrateJob(options: options, batches: batches, inputNames: data.map(\.input))
    var pending = try start(job, models: [model] + sets)
    return try observer.during("calibrating", progress: pending.progress) { try pending.answer() }
  }

  /// What protects a worker here.
  package func protection() throws -> Protection { try run(ProbeJob(), "starting", models: []) }

  /// Opens the files that a path means, and those that the model names; only a worker looks into them.
  package func open(_ paths: ModelPaths) throws -> ModelInput {
    let limit = limits.reading.fileBytes
    let input = try ModelInput(opening: paths.model, companion: paths.companion, limit: limit)
    guard input.mayNameFiles else { return input }
    let answer = try run(ExternalFilesJob(), "reading", models: [input])
    return try input.opening(externalFiles: answer.names, limit: limit)
  }

  private func open(_ path: String) throws(FileError) -> InputFile {
    try InputFile(opening: path, limit: limits.reading.fileBytes)
  }
}

/// Shows what goes on while a worker works.
package protocol JobObserver {
  /// - Parameter progress: how far the worker is, if it says so.
  static func during<Result>(
    _ what: String, progress: WorkerProgress?, _ work: () throws -> Result
  ) rethrows -> Result
}
