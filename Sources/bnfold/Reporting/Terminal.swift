import Glibc
import Synchronization

/// Where text goes, and whether a person reads it there.
struct Terminal {
  private let descriptor: Int32
  /// Whether this is a terminal.
  let isInteractive: Bool

  static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
  static let standardError = Terminal(descriptor: STDERR_FILENO)

  private init(descriptor: Int32) {
    self.descriptor = descriptor
    isInteractive = isatty(descriptor) == 1
  }

  /// Whether colors are welcome, unless the command line says so.
  ///
  /// Sources: https://no-color.org, https://force-color.org.
  var welcomesColor: Bool {
    func isSet(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
    if isSet("NO_COLOR") { return false }
    if isSet("FORCE_COLOR") { return getenv("FORCE_COLOR").map { strcmp($0, "0") != 0 } ?? false }
    let isDumb = getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? true
    return isInteractive && !isDumb
  }

  /// Columns of the terminal; nil where this is none, or where it does not say.
  var width: Int? {
    guard isInteractive else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= Self.narrowest else { return nil }
    return Int(size.ws_col)
  }

  /// A terminal that says less says nothing.
  private static let narrowest = 20

  /// Writes a line of text.
  ///
  /// In a log of GitHub, a name from a model must not be able to be a command of the workflow.
  func writeLine(_ line: String = "") {
    write(
      (Self.isWorkflowLog ? line.replacing("::", with: ": :").replacing("##[", with: "# #[") : line) + "\n")
  }

  /// Source: GitHub, "Workflow commands for GitHub Actions".
  private static let isWorkflowLog = getenv("GITHUB_ACTIONS") != nil

  /// The error number of the first line that could not be written to standard output; 0 if there is none.
  ///
  /// A reader that has seen enough, such as `head`, is no error.
  static var outputError: Int32 { lostOutput.load(ordering: .relaxed) }
  private static let lostOutput = Atomic<Int32>(0)

  /// Writes everything that can be written.
  func write(_ text: String) {
    guard let error = Self.write(text, to: descriptor), descriptor == STDOUT_FILENO, error != EPIPE else {
      return
    }
    _ = Self.lostOutput.compareExchange(expected: 0, desired: error, ordering: .relaxed)
  }

  /// Writes text at the end of what has been written.
  ///
  /// - Returns: the error number of a write that failed; nil if all has been written.
  static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return errno }
      bytes = bytes.dropFirst(written)
    }
    return nil
  }
}
