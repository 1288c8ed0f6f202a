import Glibc
import Synchronization

/// Where text goes, and whether a person reads it there.
struct Terminal {
  private let descriptor: Int32
  /// Whether this is a terminal.
  let isInteractive: Bool
  /// Whether colours are welcome: a terminal, and not told otherwise.
  let hasColour: Bool

  static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
  static let standardError = Terminal(descriptor: STDERR_FILENO)

  private init(descriptor: Int32) {
    self.descriptor = descriptor
    isInteractive = isatty(descriptor) == 1
    let refusesColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let isDumb = getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? true
    hasColour = isInteractive && !refusesColour && !isDumb
  }

  /// A style for a few words.
  enum Style: String {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case faint = "2"
  }

  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  func writeLine(_ line: String = "") { write(line + "\n") }

  /// The error number of the first line that could not be written to standard output; 0 if there is none.
  ///
  /// A reader that has seen enough, such as `head`, is no error.
  static var outputError: Int32 { lostOutput.load(ordering: .relaxed) }
  private static let lostOutput = Atomic<Int32>(0)

  /// Writes everything that can be written.
  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        let error = errno
        if descriptor == STDOUT_FILENO, error != EPIPE {
          _ = Self.lostOutput.compareExchange(expected: 0, desired: error, ordering: .relaxed)
        }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
