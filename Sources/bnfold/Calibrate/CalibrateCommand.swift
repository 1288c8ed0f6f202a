import ArgumentParser
import BatchNormFolding
import Jobs
import Reports

/// `bnfold calibrate`.
struct CalibrateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "calibrate",
    abstract: "Re-estimate the statistics of batch normalizations from data, before they are folded.",
    arguments: "<model> --data <path> -o <output>",
    discussion: """
      Moving means and variances are what folding freezes into the weights. They are stale after weights were averaged \
      or changed, or trained with small batches. This runs the model on your data with all batch normalizations as \
      in training, and writes the model with the statistics that it found; nothing else changes.

      Data are .npy, .npz and .safetensors files, or a folder of them, prepared as the model wants its inputs: samples \
      along the first axis, or one sample a file. They are read batch by batch.

      Methods: pooled is the exact mean and variance of all data; population the mean over the batches with unbiased \
      variances (algorithm 2 of the paper); ema the moving average of training, which begins with the statistics that \
      are there.
      """,
    examples: [
      "bnfold calibrate model.keras --data samples.npy -o calibrated.keras",
      "bnfold calibrate model.keras --data samples.npy -o better.keras --fold",
    ])

  @Argument(
    help: "The model: .h5, .keras, .onnx, or weights (.weights.h5) with --architecture.", completion: .models)
  var model: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A file or a folder with data; several follow each other, those with names for each input.",
      valueName: "[input=]path"), completion: .arrays)
  var data: [String]

  @OptionGroup var architectureOption: ArchitectureOption

  @OptionGroup var target: TargetOptions

  @OptionGroup var estimation: EstimationArguments

  @Flag(help: "Fold the calibrated model at the same time.")
  var fold = false

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var plotOptions: PlotOptions

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  private var sources: [NamedPath] { data.map { NamedPath($0) } }

  /// The named inputs, each once; nil for data without a name.
  private var inputs: [ByteString?] {
    var inputs: [ByteString?] = []
    for source in sources where !inputs.contains(source.name) { inputs.append(source.name) }
    return inputs
  }

  func check() throws {
    if model.isEmpty || sources.contains(where: \.hasNothing) {
      throw ValidationError("A path or a name is empty.")
    }
    if sources.isEmpty { throw ValidationError("Say where the data are: --data FILE or --data FOLDER.") }
    if Set(sources.map { $0.name == nil }).count > 1 {
      throw ValidationError("Either all data are for a named input (--data NAME=PATH), or none.")
    }
    if !fold, ruleOptions.options != FoldOptions() {
      throw ValidationError(
        "--rules, --skip, --max-growth and --merge-branches say what is folded: they go with --fold.")
    }
    try target.checkPaths()
    if fold { try target.checkArchitecture(besides: architectureOption) }
    if !fold, target.outputArchitecture != nil {
      throw ValidationError(
        "Calibration does not change the architecture: --output-architecture goes with --fold.")
    }
    if fold { try target.checkThatOneFileIsReplaced(architectureOption) }
    try target.checkPlace()
  }

  func work() -> Work {
    Work([ReportedFile(.model, model)] + sources.map { ReportedFile(.data, $0.path) }) { try calibrate() }
      .besides([
        architectureOption.architecture, target.output, target.outputArchitecture, plotOptions.plot,
      ])
  }

  private func calibrate() throws -> Report {
    let path = target.output ?? model
    let given = ModelPaths(model: model, companion: architectureOption.architecture)
    var targets = ModelPaths(model: path, companion: target.outputArchitecture)
    try targets.checkThatNothingIsOverwritten(
      given, allowsModel: target.inPlace, remedy: "use --in-place to replace it")
    let sets = try inputs.map { name in
      try DataSet(for: name, at: sources.filter { $0.name == name }.map(\.path))
    }
    for path in sets.flatMap(\.paths) {
      try targets.checkThatNothingIsOverwritten(
        ModelPaths(model: path, companion: nil), role: "one of the files with data")
    }
    if let plot = plotOptions.path {
      for path in given.all + targets.all + sets.flatMap(\.paths) {
        try plot.checkThatNothingIsOverwritten(
          ModelPaths(model: path, companion: nil), name: "The plot", role: "a file that is read or written")
      }
    }
    let contained = readingOptions.contained
    let input = try contained.open(given)
    let elementsFile = try target.elementsFile(of: input, &targets)
    func makeFiles() throws -> ModelOutput {
      try ModelOutput(
        targets, hasWeightsBeside: elementsFile != nil, replaces: target.force || target.inPlace, like: input)
    }
    // Whether the output can be made is known before the data are read.
    var files: ModelOutput? = try makeFiles()
    let plot = try plotOptions.open(replaces: target.force)
    let found = try contained.calibrate(
      input, on: sets, estimation.options(watched: plotOptions.watched), estimation.batchOptions)
    try plotOptions.draw(found.report.trace, into: plot)
    let result = try FoldStages(
      byPlan: false, options: fold ? ruleOptions.options : FoldOptions(rules: .nothing),
      statistics: found.report.statistics, seed: estimation.seed, checks: fold,
      checksNames: !target.inPlace, elementsFile: elementsFile
    ).run(contained, from: input) {
      defer { files = nil }
      return try files ?? makeFiles()
    }
    let digests = reportOptions.wantsDigests
    var report = Report(
      "calibrate",
      inputs: try ReportedFile.of(input, as: (.model, .architecture), digests: digests)
        + sources.map { ReportedFile(.data, $0.path) })
    report.parts = parts(found, result)
    report.notes = result.folded.notes
    report.seed = estimation.seed
    if let check = result.report, !check.passed {
      report.outcome = .failed(["the folded model is not equal; nothing was written"])
      return report
    }
    report.outputs =
      try ReportedFile.of(
        result.files.openForReading(), as: (.model, .architecture), digests: digests)
      + (plotOptions.plot.map { [ReportedFile(.picture, $0)] } ?? [])
    try result.files.publish()
    try plot?.publish()
    return report
  }

  private func parts(_ found: CalibrationAnswer, _ result: FoldStages.Result) -> [any ReportPart] {
    let folded: [any ReportPart] =
      fold
      ? [LedgerPart(result.folded.ledger), CheckPart(result.report), OutcomesPart(result.folded.ledger)] : []
    return [ModelPart(found.summary), CalibrationPart(found, estimation.settings)] + folded
      + [readingOptions.trusted]
  }
}
