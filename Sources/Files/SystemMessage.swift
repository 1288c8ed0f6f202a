import Glibc

/// The operating system's words for an error number.
public func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
