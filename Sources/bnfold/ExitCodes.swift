import ArgumentParser
import BatchNormFolding
import Files
import Glibc
import Tensor

/// How bnfold ends: the codes of sysexits.h.
enum Exit {
  static let notEqual = ExitCode(1)
  static let usage = ExitCode(EX_USAGE)
  static let inputOutput = ExitCode(EX_IOERR)

  /// Runs a command; an error becomes a line on standard error and an exit code.
  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
      guard Terminal.outputError == 0 else {
        fail("cannot write the report: \(systemMessage(Terminal.outputError))")
        throw inputOutput
      }
    } catch let exit as ExitCode {
      throw exit
    } catch let error as ValidationError {
      throw error
    } catch let failure as TaskFailure {
      fail(failure.message)
      throw code(for: failure.kind)
    } catch {
      let failure = TaskFailure(error)
      fail(failure.message)
      throw code(for: failure.kind)
    }
  }

  private static func fail(_ message: String) { Terminal.standardError.writeLine("bnfold: " + message) }

  private static func code(for kind: TaskFailure.Kind) -> ExitCode {
    switch kind {
    case .usage: usage
    case .malformed: ExitCode(EX_DATAERR)
    case .noInput: ExitCode(EX_NOINPUT)
    case .inputOutput: inputOutput
    case .cannotCreate: ExitCode(EX_CANTCREAT)
    case .software: ExitCode(EX_SOFTWARE)
    case .system: ExitCode(EX_OSERR)
    }
  }
}
