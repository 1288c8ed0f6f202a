import ArgumentParser
import BatchNormFolding

/// The option of every command that reads weights.
struct ArchitectureOption: ParsableArguments {
  @Option(
    help: "The architecture of weights that have none: model.to_json(), a .keras or an .h5 file.",
    completion: .architectures)
  var architecture: String?
}

/// Flags that mean the same in every command that checks.
struct CheckOptions: ParsableArguments {
  @Option(
    help: """
      Which verdicts exit with 0: exact (each weight rounded once), float32 (also folds computed in float32), or sampled \
      (also models that are not proven, if they agree where they were run).
      """)
  var accept = Acceptance.float32

  @Flag(
    help: "Fail (exit code 1) if the models cannot be run as well, for instance because of a custom layer.")
  var requireFullCheck = false

  @Option(
    help: ArgumentHelp(
      "Fail (exit code 1) if an output is off by more than this share of its largest value, in float32.",
      valueName: "number"))
  var maxDifference: Double?

  @Option(help: "The seed of the random inputs of the check.")
  var seed: UInt64 = 0

  func validate() throws {
    if let maxDifference, !(maxDifference >= 0 && maxDifference.isFinite) {
      throw ValidationError("--max-difference is a finite number, 0 or more, such as 1e-5.")
    }
  }

  /// Why a report is not good enough; nil where it is.
  func objection(to report: EquivalenceReport) -> String? {
    guard report.isAccepted(by: accept) else {
      return switch report.verdict {
      case .different: "the folded model is different"
      case .notProven: "the folded model is not proven to be equal"
      case .sampled: "the models agree where they were run, and are not proven to be equal"
      case .equal, .equalWithinFloat32: "the folded model is equal within float32 arithmetic only"
      }
    }
    return requireFullCheck && !report.isComplete
      ? "the models could not be run, and --require-full-check asks for it" : nil
  }
}

extension Acceptance: ExpressibleByArgument {}
