import ArgumentParser
import BatchNormFolding
import Glibc
import Jobs
import Reports

/// How bnfold ends: the codes of sysexits.h.
enum Exit {
  static let usage = ExitCode(EX_USAGE)

  /// Runs a command; an error becomes a line on standard error and an exit code.
  ///
  /// - Parameter command: whose help says more of wrong arguments.
  static func reporting(in command: String?, _ body: () throws -> Void) throws {
    do {
      try body()
      guard Terminal.outputError == 0 else {
        throw TaskFailure(reportNotWritten: Terminal.outputError)
      }
    } catch let exit as ExitCode {
      throw exit
    } catch {
      let error = ReportedError(error)
      Terminal.standardError.writeLine("bnfold: " + error.line)
      if error.exitCode == EX_USAGE, error.kind == ReportedError.wrongArguments, let command {
        Terminal.standardError.writeLine("  See 'bnfold \(command) --help' for more information.")
      }
      throw ExitCode(error.exitCode)
    }
  }
}

extension ReportedError {
  /// The kind of an error in the command line itself.
  static let wrongArguments = "arguments"

  init(usage message: String) {
    self.init(kind: Self.wrongArguments, message: message, advice: nil, exitCode: EX_USAGE)
  }

  /// An error with the words and the exit code of the command line.
  init(_ error: any Error) {
    switch error {
    case let error as ReportedError: self = error
    case let error as ValidationError: self.init(usage: error.message)
    case let failure as TaskFailure: self.init(failure)
    default: self.init(TaskFailure(error))
    }
  }

  private init(_ failure: TaskFailure) {
    let (kind, code): (String, Int32) =
      switch failure.kind {
      case .usage: ("usage", EX_USAGE)
      case .malformed: ("malformed", EX_DATAERR)
      case .noInput: ("no-input", EX_NOINPUT)
      case .inputOutput: ("input-output", EX_IOERR)
      case .cannotCreate: ("cannot-create", EX_CANTCREAT)
      case .software: ("software", EX_SOFTWARE)
      case .system: ("system", EX_OSERR)
      }
    self.init(kind: kind, message: failure.message, advice: failure.remedy?.advice, exitCode: code)
  }
}
