import ArgumentParser
import Bytes
import Glibc
import Reports

/// How a report looks and where it goes, in every command that has one.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print the report as JSON: the short form of --report json.")
  var json = false

  @Option(
    name: .customLong("report"), parsing: .singleValue,
    help: ArgumentHelp(
      "Write the report in a format, to a file or to standard output; may be given several times.",
      discussion: "Formats: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "format[=file]"),
    completion: .list(ReportFormat.allCases.map(\.rawValue)), transform: ReportTarget.init(argument:))
  private var reports: [ReportTarget] = []

  @Flag(name: .shortAndLong, help: "Print the verdict alone.")
  var quiet = false

  @Flag(name: [.customShort("v"), .customLong("verbose"), .customLong("all")], help: "Print every layer.")
  private var everything = false

  @Option(help: "Print only these batch normalizations: folded or kept.")
  private var only: TextStyle.Outcome?

  @Option(help: "When to use colors: auto, always or never.")
  private var color = ColorChoice.auto

  /// When colors are used.
  enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
  }

  func validate() throws {
    let printed = targets.filter { $0.path == nil }
    if printed.count > 1 {
      let names = printed.map(\.format.rawValue).joined(separator: " and ")
      throw ValidationError("\(names) cannot both be printed; write one to a file: --report FORMAT=FILE.")
    }
    if quiet, everything || only != nil {
      throw ValidationError("--quiet prints the verdict alone: it goes without --all and --only.")
    }
  }

  /// Where the report goes; as text to standard output unless another one goes there.
  var targets: [ReportTarget] {
    let asked = (json ? [ReportTarget(format: .json)] : []) + reports
    return asked.contains { $0.path == nil } ? asked : [ReportTarget(format: .text)] + asked
  }

  /// Whether the user asks for a report in a format.
  var isAskedFor: Bool { json || !reports.isEmpty }

  /// Whether a report has the digests of the files.
  var wantsDigests: Bool { targets.contains { $0.format.needs.contains(.digests) } }

  /// Whether a report has a picture of the network.
  var wantsPicture: Bool { targets.contains { $0.format.needs.contains(.picture) } }

  /// Whether a report has what became of the kernels.
  var wantsKernelChanges: Bool { targets.contains { $0.format.needs.contains(.kernelChanges) } }

  /// How text looks on standard output.
  var style: TextStyle {
    let terminal = Terminal.standardOutput
    let hasColor =
      switch color {
      case .auto: terminal.welcomesColor
      case .always: true
      case .never: false
      }
    return TextStyle(
      hasColor: hasColor, width: terminal.width,
      detail: quiet ? .verdict : everything ? .everything : .summary, listed: only)
  }

  /// The seconds since a moment; nil where reports have to be the same every time.
  ///
  /// Source: https://reproducible-builds.org/specs/source-date-epoch/.
  func seconds(since start: Double) -> Double? {
    guard getenv("SOURCE_DATE_EPOCH") == nil else { return nil }
    return (max(0, Self.now() - start) * 1000).rounded() / 1000
  }

  /// Seconds of a clock that is never set.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

extension TextStyle.Outcome: ExpressibleByArgument {}

/// A format, and the file that a report in it goes to.
struct ReportTarget {
  let format: ReportFormat
  /// Nil for standard output.
  let path: String?

  init(format: ReportFormat, path: String? = nil) { (self.format, self.path) = (format, path) }

  /// - Throws: `ValidationError` with what there is.
  init(argument: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    let names = ReportFormat.allCases.map(\.rawValue)
    guard let format = ReportFormat(rawValue: parts[0]) else {
      throw ValidationError(
        "There is no report format \(ByteString(parts[0])).\(DidYouMean(parts[0], names)) There are: "
          + names.joined(separator: ", ") + ".")
    }
    guard parts.count == 1 || !parts[1].isEmpty else {
      throw ValidationError(
        "A path is empty: say --report \(format.rawValue)=FILE, or --report \(format.rawValue).")
    }
    self.init(format: format, path: parts.count == 1 ? nil : parts[1])
  }
}
