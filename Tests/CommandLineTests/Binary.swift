import Foundation

/// The binary that stands beside the tests' own, or the one that `BNFOLD_BINARY` names.
enum Binary {
  struct Outcome {
    let code: Int32
    /// Whether a signal ended it.
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  static let path: String = {
    if let other = ProcessInfo.processInfo.environment["BNFOLD_BINARY"] { return other }
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("bnfold").path
  }()

  /// Whether strace is there and may make calls of the system fail.
  static let canInjectFaults: Bool = {
    let probe = try? shell("strace -f -o /dev/null -e inject=write:error=EIO:when=65535 true", [])
    return probe?.code == 0
  }()

  /// Whether Python is there, which makes files that bnfold does not make.
  static let hasPython = (try? shell("command -v python3", []))?.code == 0

  static func run(_ arguments: [String]) throws -> Outcome { try run(path, arguments) }

  /// Runs a line of shell in which `$0` is the binary, and `$1` and so on are arguments.
  static func shell(_ line: String, _ arguments: [String]) throws -> Outcome {
    try run("/bin/sh", ["-c", line, path] + arguments)
  }

  /// Starts the binary and sends it a signal after a while.
  static func run(_ arguments: [String], interruptedAfter seconds: Double) throws -> Outcome {
    try run(path, arguments) { process in
      usleep(UInt32(seconds * 1e6))
      process.interrupt()
    }
  }

  /// Starts the binary and kills it after a while.
  static func run(_ arguments: [String], killedAfter seconds: Double) throws {
    _ = try run(path, arguments) { process in
      usleep(UInt32(seconds * 1e6))
      kill(process.processIdentifier, SIGKILL)
    }
  }

  private static func run(
    _ program: String, _ arguments: [String], meanwhile: (Process) -> Void = { _ in }
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try withoutBlockedSignals { try process.run() }
    meanwhile(process)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let problems = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: text, as: UTF8.self), errors: String(decoding: problems, as: UTF8.self))
  }

  /// The threads of a test have signals blocked, which a program inherits: a shell would wait for its child's end for
  /// ever, if that comes after it has begun to wait.
  private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }
}
