import ArgumentParser
import BatchNormFolding
import Glibc
import Tensor

/// How bnfold ends: the codes of sysexits.h.
enum Exit {
  static let notEqual = ExitCode(1)
  static let usage = ExitCode(EX_USAGE)
  static let data = ExitCode(EX_DATAERR)
  static let noInput = ExitCode(EX_NOINPUT)
  static let unavailable = ExitCode(EX_UNAVAILABLE)
  static let software = ExitCode(EX_SOFTWARE)
  static let cannotCreate = ExitCode(EX_CANTCREAT)
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
    } catch let error as OutputError {
      fail("\(error)")
      throw code(for: error)
    } catch let error as MatrixLibraryMissing {
      fail("\(error)")
      throw unavailable
    } catch let error as ModelFileError {
      fail("\(error)")
      throw code(for: error)
    } catch {
      fail("\(error)")
      throw data
    }
  }

  private static func fail(_ message: String) { Terminal.standardError.writeLine("bnfold: " + message) }

  private static func code(for error: OutputError) -> ExitCode {
    switch error.rule {
    case .cannotSynchronize: inputOutput
    case .doesNotReadBack: software
    case .exists, .notRegular, .cannotCreate, .cannotRename: cannotCreate
    }
  }

  private static func code(for error: ModelFileError) -> ExitCode {
    switch error.systemError {
    case ENOENT?, ENOTDIR?, EACCES?, EISDIR?, ELOOP?, ENAMETOOLONG?: return noInput
    case .some: return inputOutput
    case nil: return error.isWriteFailure ? inputOutput : data
    }
  }
}
