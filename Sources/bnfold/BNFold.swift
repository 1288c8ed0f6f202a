import ArgumentParser
import BatchNormFolding
import Glibc
import Jobs
import Reports
import Supervision

/// The command line.
@main
struct BNFold: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bnfold",
    abstract: "Folds batch normalization into the layers around it, and proves that nothing else changed.",
    discussion: """
      Reads a trained Keras model, puts every batch normalization into the weights of the Dense and Conv \
      layers around it, checks that both models compute the same, and writes the smaller, faster model. What cannot \
      be folded exactly stays, and bnfold says why.

      Files are read in a process of their own, which may do nothing but compute; \
      bnfold --version --verbose says what holds it.

      Exit codes: 0 done and equal; 1 not equal, or a difference; 64 wrong usage; 65 malformed or unsupported file; 66 no such \
      input; 70 a fault of bnfold itself; 71 the system refused a process or memory; \
      73 the output cannot be created; \
      74 reading or writing failed; 130 and 143 ended by a signal.
      """,
    version: Report.version,
    subcommands: [
      FoldCommand.self, VerifyCommand.self, InspectCommand.self, PlanCommand.self, ConvertCommand.self,
      DiffCommand.self, RunCommand.self, ExplainCommand.self, LintCommand.self, CalibrateCommand.self,
    ])

  /// All errors begin alike, those of arguments among them.
  static let _errorPrefix = "bnfold: "

  /// Prints an error of the arguments as a report, where the arguments ask for JSON.
  private static func printForPrograms(_ error: any Error) {
    let arguments = Array(ProgramStart.arguments.dropFirst().prefix { $0 != "--" })
    let isPair = zip(arguments, arguments.dropFirst()).contains { $0 == "--report" && $1 == "json" }
    guard exitCode(for: error).rawValue == Exit.usage.rawValue, !(error is ExitCode),
      isPair || arguments.contains("--json") || arguments.contains("--report=json")
    else { return }
    let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
    let command = arguments.first.flatMap { commands.contains($0) ? $0 : nil }
    ReportWriter.printError(ReportedError(usage: message(for: error)), of: command ?? "bnfold")
  }

  /// Prints what was asked for, such as the help, in place of ArgumentParser, which does not see what cannot be written.
  private static func showIfAskedFor(_ answer: any Error) {
    guard exitCode(for: answer) == .success, !(answer is ExitCode) else { return }
    do {
      try Exit.reporting(in: nil) { Terminal.standardOutput.write(fullMessage(for: answer) + "\n") }
      exit(withError: nil)
    } catch {
      exit(withError: error)
    }
  }

  static func main() {
    WorkerMain.runIfAsked()
    StandardDescriptors.open()
    SignalCleanup.install()
    do {
      let arguments = ProgramStart.arguments.dropFirst()
      try GivenArguments.check(
        arguments, commands: configuration.subcommands.compactMap { $0.configuration.commandName })
      guard !VersionReport.isAskedFor else {
        return try Exit.reporting(in: nil) { try VersionReport.show() }
      }
      var command = try parseAsRoot(arguments == ["-V"] ? ["--version"] : Array(arguments))
      try command.run()
    } catch {
      showIfAskedFor(error)
      printForPrograms(error)
      exit(withError: error)
    }
  }
}
