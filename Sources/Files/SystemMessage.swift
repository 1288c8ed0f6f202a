import Glibc

/// The operating system's words for an error number.
public func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

/// What a user is told where bytes of an output could not be written, and what to do about it.
public func writeFailureMessage(_ code: Int32) -> String {
  code == ENOSPC
    ? "cannot write: the disk is full; free some space or write to another disk"
    : "cannot write: \(systemMessage(code))"
}
