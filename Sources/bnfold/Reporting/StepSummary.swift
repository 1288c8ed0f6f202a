import BatchNormFolding
import Glibc

/// The file that GitHub shows on the page of a run, to which every step appends Markdown.
///
/// Source: GitHub, "Workflow commands for GitHub Actions", adding a job summary.
enum StepSummary {
  /// Nil where no workflow runs.
  static var path: String? {
    getenv("GITHUB_STEP_SUMMARY").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Appends a text; where no workflow runs, nothing.
  ///
  /// - Throws: `OutputError` where the file cannot be written.
  static func append(_ text: String) throws(OutputError) {
    guard let path else { return }
    // Opening a FIFO would wait for a reader.
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw OutputError(.cannotCreate(errno), path: path) }
    defer { close(descriptor) }
    var bytes = Array((text + "\n").utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw OutputError(.cannotWrite(errno), path: path) }
      bytes = bytes.dropFirst(written)
    }
  }
}
