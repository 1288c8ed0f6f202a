import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// What must not be so, for a command in a build.
struct GateOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      Fail (exit code 1) if a batch normalization stays (kept, or kept=N for more than N), a finding has a code \
      (code:NAME) or is a warning (warning), or a model grows (growth); may be given several times.
      """, valueName: "condition"), transform: FailCondition.init(argument:))
  private(set) var failOn: [FailCondition] = []

  @Option(
    help: ArgumentHelp(
      "Known findings: only others count, and any other one fails where no --fail-on says which do.",
      valueName: "file"), completion: .baselines)
  private(set) var baseline: String?

  @Option(
    help: ArgumentHelp("Write what is found as a baseline, replacing the file.", valueName: "file"),
    completion: .baselines)
  var writeBaseline: String?

  func validate() throws {
    if baseline?.isEmpty == true || writeBaseline?.isEmpty == true {
      throw ValidationError("A path is empty.")
    }
  }

  /// Whether kernels have to be measured, so that the exit code does not depend on the format of the report.
  var wantsKernelChanges: Bool {
    let conditions = failOn.contains { condition in
      switch condition {
      case .warning: true
      case .code(let code): code == KernelChangesPart.code
      case .kept, .growth: false
      }
    }
    return conditions || baseline != nil || writeBaseline != nil
  }

  /// For a command that does not ask what is folded.
  func checkWithoutFolding(of command: String) throws {
    guard let condition = failOn.first(where: \.isOfFolding) else { return }
    throw ValidationError(
      "--fail-on \(condition.word) goes with fold and inspect: \(command) does not ask what is folded.")
  }

  /// - Parameters:
  ///   - codes: what the command looks for, so that none is asked for in vain.
  ///   - command: its name.
  /// - Throws: `ValidationError` for another code; why the baseline cannot be read.
  func gates(largestDifference: Double? = nil, codes: [String], command: String) throws -> Gates {
    for case .code(let code) in failOn where !codes.contains(code) {
      throw ValidationError("Here, \(command) does not look for \(code): \(Self.whoLooks(for: code)).")
    }
    return Gates(
      conditions: failOn, largestDifference: largestDifference,
      baseline: try baseline.map(Baseline.init(readingFrom:)))
  }

  /// Where a code can be found.
  private static func whoLooks(for code: String) -> String {
    if Finding.codesOfLint.contains(code), !Finding.codesOfCheck.contains(code) { return "ask lint" }
    return Finding.codesOfFolding.contains(code)
      ? "ask fold or inspect" : "ask fold or verify, without --skip-check, and for kernels without --plan"
  }
}

extension FailCondition {
  /// - Throws: `ValidationError` with what there is.
  init(argument: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    switch (parts[0], parts.count) {
    case ("kept", 1): self = .kept(atMost: 0)
    case ("kept", _):
      guard let limit = Int(parts[1]), limit >= 0 else {
        throw ValidationError("--fail-on kept=N wants a number of batch normalizations, such as kept=59.")
      }
      self = .kept(atMost: limit)
    case ("growth", 1): self = .growth
    case ("warning", 1): self = .warning
    case (let word, 1) where word.hasPrefix("code:"):
      let code = String(word.dropFirst(5))
      guard Finding.codes.contains(code) else {
        throw ValidationError("There is no code \(ByteString(code)).\(DidYouMean(code, Finding.codes))")
      }
      self = .code(code)
    case (let word, _):
      let names = ["kept", "kept=N", "code:NAME", "growth", "warning"]
      throw ValidationError(
        "There is no condition \(ByteString(word)) for --fail-on.\(DidYouMean(word, names)) There are: "
          + names.joined(separator: ", ") + ".")
    }
  }
}
