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
    if let code = Terminal.write(text + "\n", to: descriptor) {
      throw OutputError(.cannotWrite(code), path: path)
    }
  }
}
