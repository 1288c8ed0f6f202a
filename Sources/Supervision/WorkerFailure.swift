import Bytes
import Files
import Glibc

/// Why a worker gave no answer.
public struct WorkerFailure: Error, Sendable {
  public enum Rule: Sendable, Equatable {
    /// The process could not be started; `errno` and the call.
    case cannotStart(Int32, String)
    /// A signal ended it.
    case stopped(signal: Int32)
    /// It used more processor time than it may, or did not end before the deadline.
    case tooLong
    /// It ended without an answer, or the answer is invalid.
    case noAnswer
  }

  public let rule: Rule
  /// Whether the files are to blame, rather than the system.
  public var isOfTheFile: Bool { if case .cannotStart = rule { false } else { !stage.isEmpty } }

  /// Whether too little memory or time may be the reason.
  public var mayBeOfLimits: Bool { if case .cannotStart = rule { false } else { true } }

  /// What it was doing, such as `reading the structure`; escaped for a terminal, and as true as the worker was.
  public let stage: String
  /// The part that it was working on.
  public let place: String
}

extension WorkerFailure: RemediedError {
  public var remedy: Remedy? { rule == .tooLong ? .raise(.time) : nil }
}

extension WorkerFailure: CustomStringConvertible {
  public var description: String {
    let doing = stage.isEmpty ? "starting" : place.isEmpty ? stage : "\(stage), at \(place)"
    return switch rule {
    case .cannotStart(let code, let call):
      "the process that reads files cannot be started (\(call): \(systemMessage(code)))"
    case .stopped(SIGKILL):
      "its reader was killed while \(doing); it may have needed more memory than there is"
    case .stopped(let signal):
      "the file is damaged or hostile: its reader was stopped while \(doing) (signal \(signal))"
    case .tooLong:
      "the file is damaged or hostile: its reader took too long while \(doing)"
    case .noAnswer: "the file is damaged or hostile: its reader ended without an answer while \(doing)"
    }
  }
}
