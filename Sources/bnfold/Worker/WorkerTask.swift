import BatchNormFolding
import ModelFiles
import Supervision
import Tensor

/// What a worker is asked to do with the files that it is given.
struct WorkerTask {
  enum Kind: Int {
    /// One model; nothing is written.
    case inspect
    /// A model and an empty file for each of its own.
    case fold
    /// A model and what `fold` has written.
    case check
    /// Weights without a graph, and a plan, if there is one; nothing is written.
    case inspectWeights
    /// Two models, and files with arrays for their inputs.
    case verify
    /// Weights without a graph and a plan, and what has been folded by it.
    case verifyByPlan
    /// Weights without a graph, and their configuration, if there is one.
    case propose
    /// Weights without a graph and a plan, and an empty file.
    case foldByPlan
    /// The same, and what `foldByPlan` has written.
    case checkByPlan
    /// A file and an empty one for what it becomes.
    case convert
    /// The same, and what `convert` has written.
    case checkConversion
    /// Two files.
    case compare
    /// A model, files with arrays for its inputs, and an empty one for its outputs.
    case run
    /// A model, and for each set of data its files; nothing is written.
    case calibrate
    /// No file: only to see which protection the kernel offers.
    case probe
  }

  let kind: Kind
  /// What is read, for messages and for the order of the descriptors.
  var models: [ModelPaths] = []
  /// What is written.
  var output: ModelPaths?
  /// Whether there is a scratch file for each model, the last of the descriptors.
  var hasScratch = false
  var limits = Limits()
  /// What may be folded.
  var foldOptions = FoldOptions()
  /// New statistics of batch normalizations, put in before anything is folded.
  var statistics: [LayerStatistics] = []
  /// How statistics are estimated.
  var calibration = CalibrationOptions()
  /// The batches that they are estimated from.
  var batches = BatchOptions()
  /// The seed of the random inputs.
  var seed: UInt64 = 0
  /// Whether the output has to have a name that says its format; one that replaces the model has that already.
  var checksNames = false
  /// Whether what is written is compared with what is read by what it computes.
  var checks = false
  /// What a conversion makes.
  var format: ModelFormat?
  /// What weights become in a conversion, nil if they stay as they are; what a model is run in.
  var elementType: ElementType?
  /// The release of Keras that a conversion is for; nil for the model's own.
  var kerasVersion: ByteString?
  /// For each file with arrays, or set of them, the input that it is for; nil where the arrays' names tell.
  var inputNames: [ByteString?] = []
  /// What the results of a run are written as.
  var arrayFormat: ArrayFile.Format?
  /// Whether the results of all layers are written.
  var showsLayers = false
  /// What a proposal says that shall become of the batch normalizations.
  var outcome = PlannedFold.Outcome.remove
}

extension WorkerTask {
  /// Whether it is about weights without a graph.
  private var isByPlan: Bool {
    [.inspectWeights, .propose, .foldByPlan, .checkByPlan, .verifyByPlan].contains(kind)
  }

  /// Whether the second model has been written by another worker.
  var readsWhatWasWritten: Bool { [.check, .checkByPlan, .checkConversion].contains(kind) }

  /// Whether whole models are run.
  var runsModels: Bool { checks && !isByPlan || kind == .run || kind == .calibrate }

  /// How many bytes each file of a model may have, by the model's number.
  func fileBytes(ofModel index: Int) -> Int {
    // What has been written may be larger than what was read.
    if readsWhatWasWritten, index == 1 { return .max }
    return kind == .calibrate && index > 0 ? limits.dataFileBytes : limits.reading.fileBytes
  }

  /// What the worker may use.
  ///
  /// - Parameter models: bytes of the files of each.
  func workerLimits(forBytes models: [Int]) -> WorkerLimits {
    let bytes = models.reduce(0, +)
    guard kind == .calibrate else {
      return limits.worker(forBytes: bytes, runsModels: runsModels, writes: output != nil)
    }
    return limits.calibration(
      ofModel: models[0], allBytes: bytes, batchSize: batches.size,
      isSequential: calibration.isSequential)
  }

  /// Whether it reads models, whose weights may be compressed as a whole.
  var needsScratch: Bool { !isByPlan }
}

/// The names of the files that a model is in.
struct ModelPaths: Equatable {
  var form = ModelInput.Form.single
  /// The whole model, or its weights.
  let model: String
  /// What is read with it: its architecture, where that is in a file of its own, a plan, or a configuration.
  let companion: String?
  /// The other files of a folder, or shards.
  var parts: [String] = []

  /// In the order of the descriptors.
  var all: [String] { [model] + (companion.map { [$0] } ?? []) + parts }
}

extension WorkerTask: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    guard let kind = Kind(rawValue: try reader.take()) else { throw MessageError() }
    self.kind = kind
    models = try reader.take()
    output = try reader.take()
    hasScratch = try reader.take()
    limits = try reader.take()
    seed = try reader.take()
    checks = try reader.take()
    checksNames = try reader.take()
    guard let outcome = PlannedFold.Outcome(rawValue: try reader.take()) else { throw MessageError() }
    self.outcome = outcome
    let name: String? = try reader.take()
    format = name.flatMap { ModelFormat(rawValue: $0) }
    elementType = try reader.take()
    kerasVersion = try reader.take()
    inputNames = try reader.take()
    let ending: String? = try reader.take()
    arrayFormat = ending.flatMap { ArrayFile.Format(rawValue: $0) }
    showsLayers = try reader.take()
    foldOptions = try reader.take()
    statistics = try reader.take()
    calibration = try reader.take()
    batches = try reader.take()
  }

  func write(to writer: inout MessageWriter) {
    writer.put(
      kind.rawValue, models, output, hasScratch, limits, seed, checks, checksNames, outcome.rawValue)
    writer.put(format?.rawValue, elementType, kerasVersion)
    writer.put(inputNames, arrayFormat?.rawValue, showsLayers, foldOptions, statistics, calibration, batches)
  }
}

extension ModelPaths: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    guard let form = ModelInput.Form(rawValue: try reader.take()) else { throw MessageError() }
    self.form = form
    model = Self.path(try reader.take())
    let name: ByteString? = try reader.take()
    companion = name.map(Self.path)
    let names: [ByteString] = try reader.take()
    parts = names.map(Self.path)
  }

  func write(to writer: inout MessageWriter) {
    writer.put(
      form.rawValue, ByteString(model), companion.map { ByteString($0) }, parts.map { ByteString($0) })
  }

  private static func path(_ bytes: ByteString) -> String { String(decoding: bytes.bytes, as: UTF8.self) }
}
