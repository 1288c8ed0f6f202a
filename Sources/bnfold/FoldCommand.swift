import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// `bnfold fold`.
struct FoldCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "fold",
    abstract: "Fold the batch normalizations of models and write the results.",
    arguments: "<model> ...",
    discussion: """
      An output appears only after it has been proven to compute the same as its model, weight by weight. Both are also \
      run on the same inputs, which the report shows. The optimizer's state is left out, since it belongs to the \
      unfolded weights; the training configuration stays.

      Without -o, NAME.h5 becomes NAME.folded.h5 beside it.
      """,
    examples: [
      "bnfold fold model.keras",
      "bnfold fold network.onnx -o network.folded.onnx",
      "bnfold fold model.keras -o folded.keras --force --rules direct",
      "bnfold fold weights.safetensors --plan plan.yaml -o folded.safetensors",
      "bnfold fold 'models/*.keras' --output-folder folded",
    ])

  @OptionGroup var models: ModelArguments

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(
    help: "For weights without a graph (safetensors): what to fold, as bnfold plan proposes it.",
    completion: .plans)
  var plan: String?

  @OptionGroup var target: TargetOptions

  @Option(
    help: ArgumentHelp("Write each model to this folder, by its own name.", valueName: "folder"),
    completion: .directory)
  var outputFolder: String?

  @Flag(help: "Do everything but write: say what would become of the models.")
  var dryRun = false

  @Flag(help: "Write without checking that both models compute the same.")
  var skipCheck = false

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var checkOptions: CheckOptions

  @OptionGroup var conditions: GateOptions

  @OptionGroup var certificateOption: CertificateOption

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  func check() throws {
    try target.checkPaths()
    try target.checkArchitecture(besides: architectureOption)
    if plan != nil && architectureOption.architecture != nil {
      throw ValidationError("--plan and --architecture exclude each other.")
    }
    if plan != nil && ruleOptions.options != FoldOptions() {
      throw ValidationError(
        "A plan says itself what is folded: --rules, --skip, --max-growth and --merge-branches go without --plan."
      )
    }
    if plan != nil && checkOptions.requireFullCheck {
      throw ValidationError(
        "--require-full-check cannot be met: weights with a plan cannot be run as a whole.")
    }
    try target.checkThatOneFileIsReplaced(architectureOption)
    try checkPlace()
    if certificateOption.certificate != nil, target.inPlace {
      throw ValidationError(
        "A certificate names both files, and --in-place leaves but one: write to another file with -o.")
    }
    if skipCheck, checkOptions.accept != .float32 {
      throw ValidationError("--skip-check and --accept exclude each other.")
    }
    if certificateOption.certificate != nil, skipCheck || dryRun {
      throw ValidationError(
        "A certificate says what was proven of a file: --certificate goes without --skip-check and --dry-run."
      )
    }
    if skipCheck && checkOptions.maxDifference != nil {
      throw ValidationError("--skip-check and --max-difference exclude each other.")
    }
    if skipCheck && checkOptions.requireFullCheck {
      throw ValidationError("--skip-check and --require-full-check exclude each other.")
    }
  }

  private func checkPlace() throws {
    let places = [target.output != nil, target.inPlace, outputFolder != nil]
    if places.count(where: { $0 }) > 1 {
      throw ValidationError("-o, --output-folder and --in-place exclude each other.")
    }
    if outputFolder?.isEmpty == true { throw ValidationError("A path is empty.") }
    guard models.single == nil else { return }
    if target.output != nil {
      throw ValidationError("-o names one file: with several models, use --output-folder FOLDER.")
    }
    if plan != nil || architectureOption.architecture != nil {
      throw ValidationError("--plan and --architecture are for one model: give one at a time.")
    }
    if certificateOption.certificate != nil {
      throw ValidationError("--certificate is for one model: give one at a time.")
    }
  }

  func work() throws -> Work {
    let found = try models.found(besides: outputFolder)
    let outputs = try OutputPlaces(
      found, output: target.output, inPlace: target.inPlace, folder: outputFolder, isDryRun: dryRun)
    let gates = try conditions.gates(
      largestDifference: checkOptions.maxDifference, codes: codes, command: "fold")
    return Work(found.map(\.path), isOfSeveral: models.single == nil, failsFast: models.failFast) { index in
      try fold(found[index].path, to: outputs.paths[index], gates)
    }
    .besides([architectureOption.architecture, plan, target.outputArchitecture, conditions.baseline])
    .besides(target.inPlace ? [] : outputs.paths)
  }

  /// What there may be findings of.
  private var codes: [String] {
    let checked = skipCheck ? [] : Finding.codesOfCheck + (plan == nil ? [KernelChangesPart.code] : [])
    return Finding.codesOfFolding + checked
  }

  var gateOptions: GateOptions? { conditions }

  var besideFiles: [SmallOutputs.File?] { [.init("The certificate", certificateOption.certificate)] }

  private func fold(_ model: String, to path: String, _ gates: Gates) throws -> Report {
    let given = ModelPaths(model: model, companion: architectureOption.architecture ?? plan)
    var targets = ModelPaths(model: path, companion: target.outputArchitecture)
    try targets.checkThatNothingIsOverwritten(
      given, allowsModel: target.inPlace, remedy: "use --in-place to replace it")
    let certificate = try certificateOption.open(replaces: target.force)
    let contained = readingOptions.contained
    let input = try contained.open(given)
    let elementsFile = try target.elementsFile(of: input, &targets)
    let digests = reportOptions.wantsDigests || certificate != nil
    var report = Report(
      "fold",
      inputs: try ReportedFile.of(
        input, as: (.model, plan == nil ? .architecture : .plan), digests: digests))
    let result = try FoldStages(
      byPlan: plan != nil, options: ruleOptions.options, statistics: [], seed: checkOptions.seed,
      checks: !skipCheck, checksNames: !target.inPlace, describes: reportOptions.wantsPicture,
      measures: reportOptions.wantsKernelChanges || conditions.wantsKernelChanges, elementsFile: elementsFile
    ).run(contained, from: input) {
      try ModelOutput(
        targets, hasWeightsBeside: elementsFile != nil,
        replaces: target.force || target.inPlace || dryRun, like: input)
    }
    report.seed = skipCheck || plan != nil ? nil : checkOptions.seed
    report.notes = result.folded.notes
    report.parts = parts(result, of: input)
    let objections =
      (result.report.flatMap { checkOptions.objection(to: $0) }.map { [$0] } ?? [])
      + gates.objections(to: report)
    guard objections.isEmpty else {
      report.outcome = .failed(objections.map { "\($0); nothing was written" })
      return report
    }
    guard !dryRun else { return report }
    var files = result.files
    if elementsFile != nil { files.omitEmptyCompanion() }
    report.outputs = try ReportedFile.of(
      files.openForReading(), as: (.model, elementsFile == nil ? .architecture : .part),
      digests: digests)
    // A full disk is known before the model has its name.
    try CertificateOption.write(certificate, of: report)
    try files.publish()
    try CertificateOption.publish(certificate, in: &report)
    return report
  }

  private func parts(_ result: FoldStages.Result, of input: ModelInput) -> [any ReportPart] {
    let folded = result.folded
    return [
      ModelPart(folded.summary), LedgerPart(folded.ledger),
      SizePart(
        folded, bytesBefore: result.files.byteCount(insteadOf: input), bytesAfter: result.files.byteCount),
      CheckPart(result.report, isAccepted: result.report?.isAccepted(by: checkOptions.accept)),
      OutcomesPart(folded.ledger), readingOptions.trusted,
    ] + KernelChangesPart.parts(result.kernelChanges) + (dryRun ? [DryRunPart()] : [])
      + (folded.description.map { [GraphPart($0, folded.ledger)] } ?? [])
  }
}
