import BatchNormFolding
import Reports

/// Writes reports to where they go: files, standard output, and what went wrong to standard error.
struct ReportWriter: @unchecked Sendable {
  private let options: ReportOptions
  /// Files that are written at the end, opened before the work begins.
  private let files: [(format: ReportFormat, file: OutputFile)]
  private let printed: ReportFormat
  private let text: TextRenderer

  /// - Throws: `OutputError` where a file cannot be made; a report that is there is replaced.
  init(_ options: ReportOptions) throws(OutputError) {
    self.options = options
    var files: [(ReportFormat, OutputFile)] = []
    for target in options.targets {
      guard let path = target.path else { continue }
      files.append((target.format, try OutputFile(target: path, replaces: true, permissions: 0o666)))
    }
    self.files = files
    printed = options.targets.first { $0.path == nil }?.format ?? .text
    text = TextRenderer(options.style)
  }

  /// Prints an error for programs, where they read standard output.
  static func printError(_ error: ReportedError, of command: String) {
    var report = Report(command, inputs: [])
    report.outcome = .error(error)
    let document = ReportDocument(command, [report], isOfSeveral: false, seconds: nil)
    Terminal.standardOutput.write(JSONRenderer().text(of: document))
  }

  /// Shows a report as soon as it is there.
  ///
  /// - Parameter isOfSeveral: whether others come with it.
  func show(_ report: Report, isOfSeveral: Bool) {
    if printed == .text {
      switch (report.outcome, isOfSeveral) {
      case (.error, _): break
      case (_, true): Terminal.standardOutput.writeLine(text.line(report))
      case (_, false): for line in text.lines(report) { Terminal.standardOutput.writeLine(line) }
      }
    }
    for line in Self.reasons(report, isOfSeveral) { Terminal.standardError.writeLine("bnfold: " + line) }
  }

  private static func reasons(_ report: Report, _ isOfSeveral: Bool) -> [String] {
    switch report.outcome {
    case .done: []
    case .error(let error): [error.line]
    case .failed(let objections): objections.map { isOfSeveral ? "\(report.title): \($0)" : $0 }
    }
  }

  /// Writes what could not be shown one by one.
  ///
  /// - Throws: `OutputError` where a file cannot be written.
  func finish(_ document: ReportDocument) throws(OutputError) {
    if printed != .text {
      Terminal.standardOutput.write(printed.renderer.text(of: document))
    } else if document.isOfSeveral {
      Terminal.standardOutput.writeLine(text.summary(of: document))
    }
    for (format, file) in files {
      try file.write(Array(format.renderer.text(of: document).utf8))
      try file.publish()
    }
  }
}
