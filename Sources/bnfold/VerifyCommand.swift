import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// `bnfold verify`.
struct VerifyCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "verify",
    abstract: "Prove that a folded model computes the same as the original.",
    arguments: "<original> <folded>",
    discussion: """
      The folded model may come from bnfold or from any other tool. Every attribute, every connection and every element of \
      every weight is compared with what exact folding gives; what differs is named. Both models are also run on the \
      same inputs, which the report shows: it is information, not the verdict.

      Verdicts: equal (each weight that an output depends on is the exact value, rounded once); equal within float32 arithmetic (the fold was \
      computed in float32); different; not proven (bnfold does not know why they would be equal). The exit code is 0 \
      for the first two, 1 for the others.

      One model may be of Keras and the other one of ONNX, either way round: an export is compared with what it was made \
      from. Where they compute the same in ways that bnfold does not know to be equal, the verdict is sampled if they \
      agree on what they are run on; --accept sampled takes that.
      """,
    examples: [
      "bnfold verify model.keras folded.keras",
      "bnfold verify model.keras folded.keras --accept exact --json",
      "bnfold verify network.keras network.onnx",
      "bnfold verify network.keras network.onnx --map classes=Identity:0",
      "bnfold verify weights.safetensors folded.safetensors --plan plan.yaml",
      "bnfold verify model.keras folded.keras --certificate folded.json",
      "bnfold verify --certificate folded.json",
    ])

  @Argument(help: "The model before folding.", completion: .models)
  var original: String?

  @Argument(help: "The model after folding.", completion: .models)
  var folded: String?

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(
    help: "The architecture of the folded model, if that is weights without one.", completion: .architectures)
  var foldedArchitecture: String?

  @Option(
    help: "For weights without a graph (safetensors): what was folded, as bnfold plan proposes it.",
    completion: .plans)
  var plan: String?

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: ArgumentHelp(
      "A file with arrays for the inputs, to run both models on; once for each file.",
      valueName: "[name=]file"), completion: .arrays)
  var input: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      For a Keras and an ONNX model: an input or output of the original, and what it is called in the other one; once for \
      each. Otherwise names, order and shapes tell.
      """, valueName: "name=name"))
  var map: [String] = []

  /// Which folds a file has is read off the file: these are taken for scripts that still give them.
  @OptionGroup(visibility: .hidden) var ruleOptions: RuleOptions

  @OptionGroup var checkOptions: CheckOptions

  @OptionGroup var conditions: GateOptions

  @OptionGroup var certificateOption: CertificateOption

  @Flag(help: "Replace the certificate if it exists.")
  var force = false

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  private static let missing =
    "Say which models: bnfold verify ORIGINAL FOLDED, or bnfold verify --certificate FILE."

  private var given: [NamedPath] { input.map { NamedPath($0) } }

  /// The pairs of names of `--map`; nil where one of them is none.
  private var pairs: [NamedPair]? {
    let pairs = map.compactMap { text -> NamedPair? in
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
      return NamedPair(original: ByteString(String(parts[0])), other: ByteString(String(parts[1])))
    }
    return pairs.count == map.count ? pairs : nil
  }

  func check() throws {
    if original?.isEmpty == true || folded?.isEmpty == true || given.contains(where: \.hasNothing) {
      throw ValidationError("A path or a name is empty.")
    }
    guard pairs != nil else {
      throw ValidationError("--map takes two names and one equals sign, as in --map input_1=images.")
    }
    if !map.isEmpty && (plan != nil || certificateOption.certificate != nil) {
      throw ValidationError("--map goes without --plan and without --certificate, which has no place for it.")
    }
    let isOfCertificate = original == nil && certificateOption.certificate != nil
    guard isOfCertificate || folded != nil else { throw ValidationError(Self.missing) }
    if isOfCertificate, plan != nil || architectureOption.architecture != nil || foldedArchitecture != nil {
      throw ValidationError(
        "A certificate names its files: --plan and --architecture go with models that are given.")
    }
    try conditions.checkWithoutFolding(of: "verify")
    if plan != nil && (architectureOption.architecture != nil || foldedArchitecture != nil) {
      throw ValidationError("--plan goes without --architecture: a plan is for weights without a graph.")
    }
    if plan != nil
      && (!input.isEmpty || checkOptions.requireFullCheck || checkOptions.maxDifference != nil)
    {
      throw ValidationError(
        "Weights with a plan cannot be run: --input, --max-difference and --require-full-check go without --plan."
      )
    }
  }

  func work() throws -> Work {
    let gates = try conditions.gates(
      largestDifference: checkOptions.maxDifference,
      codes: Finding.codesOfCheck + (plan == nil ? [KernelChangesPart.code] : []), command: "verify")
    let pair = try pair()
    return Work([pair.original.model, pair.folded.model], as: [.original, .folded]) {
      try verify(pair, gates)
    }
    .besides([pair.original.companion, pair.folded.companion, conditions.baseline] + given.map(\.path))
    .besides(pair.certificate == nil ? [] : [certificateOption.certificate])
  }

  var gateOptions: GateOptions? { conditions }

  /// One that is checked is read.
  var besideFiles: [SmallOutputs.File?] {
    [.init("The certificate", original == nil ? nil : certificateOption.certificate)]
  }

  /// What is compared, and the certificate that says so.
  private struct Pair: Sendable {
    let original: ModelPaths
    let folded: ModelPaths
    let isByPlan: Bool
    var seed: UInt64
    var certificate: Certificate?
  }

  private func pair() throws -> Pair {
    if let original, let folded {
      return Pair(
        original: ModelPaths(model: original, companion: plan ?? architectureOption.architecture),
        folded: ModelPaths(model: folded, companion: foldedArchitecture), isByPlan: plan != nil,
        seed: checkOptions.seed)
    }
    guard let path = certificateOption.certificate else { throw ValidationError(Self.missing) }
    let (certificate, folder) = (try Certificate(readingFrom: path), CertificateFolder(of: path))
    func paths(_ model: ReportedFile.Role, _ companions: [ReportedFile.Role]) throws -> ModelPaths {
      guard let file = certificate.path(of: model) else {
        throw TaskFailure(.malformed, "\(ByteString(path)): the certificate has no file \(model.rawValue)")
      }
      let companion = companions.lazy.compactMap { certificate.path(of: $0) }.first
      return ModelPaths(model: folder.resolved(file), companion: companion.map(folder.resolved))
    }
    return Pair(
      original: try paths(.original, [.architecture, .plan]),
      folded: try paths(.folded, [.foldedArchitecture]), isByPlan: certificate.path(of: .plan) != nil,
      seed: certificate.seed ?? checkOptions.seed, certificate: certificate)
  }

  private func verify(_ pair: Pair, _ gates: Gates) throws -> Report {
    let file = pair.certificate == nil ? try certificateOption.open(replaces: force) : nil
    let contained = readingOptions.contained
    let (before, after) = (try contained.open(pair.original), try contained.open(pair.folded))
    let digests = reportOptions.wantsDigests || certificateOption.certificate != nil
    var report = Report(
      "verify",
      inputs: try ReportedFile.of(
        before, as: (.original, pair.isByPlan ? .plan : .architecture), digests: digests)
        + ReportedFile.of(after, as: (.folded, .foldedArchitecture), digests: digests))
    if let objections = try pair.certificate.map({ try changes(since: $0, report.inputs) }),
      !objections.isEmpty
    {
      report.parts = [readingOptions.trusted]
      report.outcome = .failed(objections)
      return report
    }
    report.inputs += given.map { ReportedFile(.array, $0.path) }
    let found =
      pair.isByPlan
      ? try contained.verifyByPlan(before, after)
      : try contained.verify(
        before, after, on: given.map { ($0.name, $0.path) }, pairs: pairs ?? [], seed: pair.seed,
        measures: reportOptions.wantsKernelChanges || conditions.wantsKernelChanges)
    report.seed = !pair.isByPlan && given.isEmpty ? pair.seed : nil
    report.parts =
      [
        CheckPart(found.report, isAccepted: found.report?.isAccepted(by: checkOptions.accept)),
        readingOptions.trusted,
      ] + KernelChangesPart.parts(found.kernelChanges)
    let objections =
      (found.report.map { self.objections(to: $0, pair.certificate) } ?? []) + gates.objections(to: report)
    report.outcome = objections.isEmpty ? .done : .failed(objections)
    try CertificateOption.write(file, of: report)
    try CertificateOption.publish(file, in: &report)
    return report
  }

  /// Why the files are not those of a certificate; files that are not opened as models are looked at as well.
  private func changes(since certificate: Certificate, _ opened: [ReportedFile]) throws -> [String] {
    let folder = CertificateFolder(of: certificateOption.certificate ?? "")
    let others = try certificate.files(besides: opened).map { file in
      let path = folder.resolved(file.path)
      return ReportedFile(
        file.role, path, digest: try FileDigest.of(InputFile(opening: path, limit: .max)))
    }
    return certificate.objections(to: opened + others)
  }

  private func objections(to found: EquivalenceReport, _ certificate: Certificate?) -> [String] {
    if let objection = checkOptions.objection(to: found) { return [objection] }
    guard let certificate, !found.isAccepted(by: certificate.grade) else { return [] }
    return ["the certificate says \(certificate.grade.rawValue), and that cannot be proven again"]
  }
}
