import ArgumentParser
import BatchNormFolding
import Glibc
import Jobs

/// How bnfold ends: the codes of sysexits.h.
enum Exit {
  static let notEqual = ExitCode(1)
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
    } catch let error as ValidationError {
      fail(error.message)
      if let command {
        Terminal.standardError.writeLine("  See 'bnfold \(command) --help' for more information.")
      }
      throw usage
    } catch let failure as TaskFailure {
      throw code(for: failure)
    } catch {
      throw code(for: TaskFailure(error))
    }
  }

  private static func fail(_ message: String) { Terminal.standardError.writeLine("bnfold: " + message) }

  private static func code(for failure: TaskFailure) -> ExitCode {
    fail(failure.message + (failure.remedy.map { "; \($0.advice)" } ?? ""))
    return switch failure.kind {
    case .usage: usage
    case .malformed: ExitCode(EX_DATAERR)
    case .noInput: ExitCode(EX_NOINPUT)
    case .inputOutput: ExitCode(EX_IOERR)
    case .cannotCreate: ExitCode(EX_CANTCREAT)
    case .software: ExitCode(EX_SOFTWARE)
    case .system: ExitCode(EX_OSERR)
    }
  }
}
