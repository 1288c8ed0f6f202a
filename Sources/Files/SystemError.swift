/// A call of the operating system that failed.
public struct SystemError: Error {
  /// `errno`.
  public let code: Int32

  public init(code: Int32) { self.code = code }
}
