import BatchNormFolding
import Files
import Glibc
import ModelFiles
import Supervision
import Tensor

/// The supervisor's side of every command: it opens files and starts workers, and never looks into a file.
struct Contained {
  let limits: Limits

  func inspect(_ model: ModelPaths, options: FoldOptions) throws -> InspectionAnswer {
    try run(WorkerTask(kind: .inspect, limits: limits, foldOptions: options), models: [try open(model)])
  }

  /// - Parameter weights: without a graph, with a plan if there is one.
  func inspectWeights(_ weights: ModelPaths) throws -> InspectionAnswer {
    try run(WorkerTask(kind: .inspectWeights, limits: limits), models: [try open(weights)])
  }

  /// - Parameter arrays: files with arrays to run both models on.
  func verify(
    _ original: ModelPaths, _ folded: ModelPaths, on arrays: [NamedPath], seed: UInt64
  ) throws -> EquivalenceReport {
    var task = WorkerTask(kind: .verify, limits: limits, seed: seed, checks: true)
    task.inputNames = arrays.map { $0.name.map { ByteString($0) } }
    let models = [try open(original), try open(folded)]
    return try run(task, models: models + arrays.map { ModelInput(model: try open($0.path)) })
  }

  /// Compares weights without a graph.
  ///
  /// - Parameter original: with its plan.
  func verifyByPlan(_ original: ModelPaths, _ folded: ModelPaths) throws -> EquivalenceReport {
    let task = WorkerTask(kind: .verifyByPlan, limits: limits, checks: true)
    return try run(task, models: [try open(original), try open(folded)])
  }

  /// Proposes what to fold in weights without a graph.
  ///
  /// A `config.json` beside them may say what they are of.
  func propose(_ path: String, outcome: PlannedFold.Outcome) throws -> ProposalAnswer {
    let weights = try open(ModelPaths(model: path, companion: nil))
    let configuration = try? open(PathParts(path).sibling("config.json"))
    var task = WorkerTask(kind: .propose, limits: limits)
    task.outcome = outcome
    let input = ModelInput(
      form: weights.form, model: weights.model, companion: configuration, parts: weights.parts)
    return try run(task, models: [input])
  }

  /// Starts to fold into files that have no name yet.
  ///
  /// - Parameters:
  ///   - byPlan: whether what is read with the model is a plan.
  ///   - options: what may be folded, without a plan.
  ///   - statistics: what batch normalizations get before that.
  ///   - checksNames: whether the output has to have a name that says its format.
  func startFold(
    of model: ModelInput, into output: ModelOutput, byPlan: Bool, options: FoldOptions,
    statistics: [LayerStatistics], checksNames: Bool
  ) throws -> Pending<FoldAnswer> {
    try start(
      WorkerTask(
        kind: byPlan ? .foldByPlan : .fold, limits: limits, foldOptions: options, statistics: statistics,
        checksNames: checksNames),
      models: [model], output: output)
  }

  /// Starts the fresh process that will read a folded file back, and compare it with what it has to be.
  ///
  /// It reads the model itself, which it can do while another one folds it; then it waits.
  /// - Parameter checks: whether it also compares what both compute.
  func startCheck(
    of output: ModelOutput, against model: ModelInput, seed: UInt64, checks: Bool, byPlan: Bool,
    options: FoldOptions, statistics: [LayerStatistics]
  ) throws -> Pending<EquivalenceReport?> {
    let task = WorkerTask(
      kind: byPlan ? .checkByPlan : .check, limits: limits, foldOptions: options, statistics: statistics,
      seed: seed, checks: checks)
    return try start(task, models: [model, try output.openForReading()])
  }

  /// What a conversion makes.
  struct Conversion {
    let format: ModelFormat
    let type: ElementType?
    let kerasVersion: ByteString?
  }

  /// Starts to convert into files that have no name yet.
  func startConversion(
    of model: ModelInput, into output: ModelOutput, _ conversion: Conversion
  ) throws -> Pending<ConversionAnswer> {
    try start(task(.convert, conversion), models: [model], output: output)
  }

  /// Starts the fresh process that will read a converted file back.
  func startConversionCheck(
    of output: ModelOutput, against model: ModelInput, _ conversion: Conversion
  ) throws -> Pending<ModelDifference> {
    try start(task(.checkConversion, conversion), models: [model, try output.openForReading()])
  }

  private func task(_ kind: WorkerTask.Kind, _ conversion: Conversion) -> WorkerTask {
    var task = WorkerTask(kind: kind, limits: limits)
    task.format = conversion.format
    task.elementType = conversion.type
    task.kerasVersion = conversion.kerasVersion
    return task
  }

  /// What a model is run for.
  struct Run {
    let inputNames: [ByteString?]
    let format: ArrayFile.Format?
    let type: ElementType
    let showsLayers: Bool
  }

  /// Runs a model on files with arrays, into a file that has no name yet.
  func run(
    _ model: ModelInput, on inputs: [String], into output: ModelOutput, _ wish: Run
  ) throws -> RunAnswer {
    var task = WorkerTask(kind: .run, limits: limits)
    task.inputNames = wish.inputNames
    task.arrayFormat = wish.format
    task.elementType = wish.type
    task.showsLayers = wish.showsLayers
    let arrays = try inputs.map { ModelInput(model: try open($0)) }
    var pending: Pending<RunAnswer> = try start(task, models: [model] + arrays, output: output)
    return try pending.answer()
  }

  /// A set of files with data for one input, or for all.
  struct DataSet {
    let input: ByteString?
    let paths: [String]
  }

  /// Starts to estimate the statistics of a model from data.
  func startCalibration(
    of model: ModelInput, on data: [DataSet], _ options: CalibrationOptions, _ batches: BatchOptions
  ) throws -> Pending<CalibrationAnswer> {
    OpenFiles.allowMany()
    var task = WorkerTask(kind: .calibrate, limits: limits)
    task.inputNames = data.map(\.input)
    task.calibration = options
    task.batches = batches
    let sets = try data.map { set in
      let files = try set.paths.map { path in
        do throws(FileError) {
          return try InputFile(opening: path, limit: limits.dataFileBytes)
        } catch {
          guard case .system(EMFILE, _) = error.rule else { throw error }
          throw TaskFailure(
            .system, "\(error); join the data into fewer files (numpy.savez), or allow more with ulimit -n")
        }
      }
      return ModelInput(model: files[0], parts: Array(files.dropFirst()))
    }
    return try start(task, models: [model] + sets)
  }

  /// Finds out what differs between two files.
  func compare(_ first: ModelPaths, _ second: ModelPaths) throws -> ModelDifference {
    try run(WorkerTask(kind: .compare, limits: limits), models: [try open(first), try open(second)])
  }

  /// What protects a worker here.
  static func protection() throws -> Sandbox {
    Sandbox(rawValue: try Contained(limits: Limits()).run(WorkerTask(kind: .probe), models: []))
  }

  /// Opens the files that a path stands for; none of them is looked into.
  func open(_ paths: ModelPaths) throws(FileError) -> ModelInput {
    try ModelInput(opening: paths.model, companion: paths.companion, limit: limits.reading.fileBytes)
  }

  private func open(_ path: String) throws(FileError) -> InputFile {
    try InputFile(opening: path, limit: limits.reading.fileBytes)
  }

  private func run<Value: Message>(_ task: WorkerTask, models: [ModelInput]) throws -> Value {
    var pending: Pending<Value> = try start(task, models: models)
    return try pending.answer()
  }

  private func start<Value: Message>(
    _ task: WorkerTask, models: [ModelInput], output: ModelOutput? = nil
  ) throws -> Pending<Value> {
    let inputs = models.flatMap(\.all)
    let scratch = task.needsScratch ? models.compactMap { _ in ScratchFile() } : []
    var task = task
    task.models = models.map(\.paths)
    task.output = output?.paths
    task.hasScratch = !models.isEmpty && scratch.count == models.count
    let files =
      inputs.map(\.descriptor) + (output?.all.map(\.descriptor) ?? [])
      + (task.hasScratch ? scratch.map(\.descriptor) : [])
    // The worker has its own copies of the descriptors once it has been started.
    defer { withExtendedLifetime(scratch) {} }
    do throws(WorkerFailure) {
      let worker = try Worker.start(
        task.encoded, files: files,
        limits: task.workerLimits(forBytes: models.map(\.byteCount)))
      return Pending(worker: worker, task: task)
    } catch {
      throw TaskFailure(error, task)
    }
  }
}

/// A worker that has been started on a task.
struct Pending<Value: Message>: ~Copyable {
  private var worker: Worker
  private let task: WorkerTask

  fileprivate init(worker: consuming Worker, task: WorkerTask) {
    self.worker = worker
    self.task = task
  }

  /// How far it is.
  var progress: WorkerProgress { worker.progress }

  /// Lets a worker go on that waits for another one.
  mutating func go() { worker.go() }

  /// Waits for the answer.
  ///
  /// - Throws: `TaskFailure`, which is the worker's own or says what became of it.
  mutating func answer() throws(TaskFailure) -> Value {
    let bytes: [UInt8]
    do throws(WorkerFailure) {
      bytes = try worker.answer()
    } catch {
      throw TaskFailure(error, task)
    }
    guard let answer = try? Answer<Value>(decoding: bytes) else {
      throw TaskFailure(.malformed, "\(task.names)its reader gave an invalid answer")
    }
    switch answer {
    case .done(let value): return value
    case .failed(let failure): throw failure
    }
  }
}

extension TaskFailure {
  fileprivate init(_ failure: WorkerFailure, _ task: WorkerTask) {
    guard let changes = task.limits.processChanges, failure.mayBeOfLimits else {
      self.init(failure.isOfTheFile ? .malformed : .system, "\(task.names)\(Self.message(of: failure))")
      return
    }
    self.init(
      .malformed,
      "\(task.names)its reader did not get to an answer within --limits \(changes); raise them, or omit them"
    )
  }
}

extension WorkerTask {
  /// The files that were given to the tool, as the beginning of a message.
  fileprivate var names: String {
    let areTwo = kind == .verify || kind == .verifyByPlan || kind == .compare
    let given = models.prefix(areTwo ? 2 : 1)
    return given.map(\.model).map { ByteString($0).description }.joined(separator: ", ")
      + (given.isEmpty ? "" : ": ")
  }
}
