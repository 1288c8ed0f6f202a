import BatchNormFolding
import Reports

/// Writes reports to where they go: files, standard output, and what went wrong to standard error.
struct ReportWriter: @unchecked Sendable {
  private let options: ReportOptions
  /// Files that are written at the end, opened before the work begins.
  private let files: [(format: ReportFormat, file: OutputFile)]
  /// What is found, where a baseline is asked for.
  private let baseline: OutputFile?
  private let printed: ReportFormat
  private let text: TextRenderer

  /// - Throws: `OutputError` where a file cannot be made; a report that is there is replaced.
  init(_ options: ReportOptions, baseline: String?) throws(OutputError) {
    self.options = options
    if let baseline {
      self.baseline = try OutputFile(target: baseline, replaces: true, permissions: 0o666)
    } else {
      self.baseline = nil
    }
    var files: [(ReportFormat, OutputFile)] = []
    for target in options.targets {
      guard let path = target.path else { continue }
      files.append((target.format, try OutputFile(target: path, replaces: true, permissions: 0o666)))
    }
    self.files = files
    printed = options.targets.first { $0.path == nil }?.format ?? .text
    text = TextRenderer(options.style)
  }

  /// Prints an error of the command line for programs.
  static func printError(_ error: ReportedError, of command: String) {
    Terminal.standardOutput.write(JSONRenderer().text(of: document(error, of: command)))
  }

  /// Writes an error that came before the work for programs, which read standard output or files.
  ///
  /// No file is replaced by it: what has such a name may be the model itself. One that cannot be written is left out: the
  /// error is what has to be said.
  static func writeError(
    _ error: ReportedError, of command: String, _ options: ReportOptions, toFiles: Bool
  ) {
    let document = document(error, of: command)
    for target in options.targets where target.format != .text {
      let text = target.format.renderer.text(of: document)
      guard let path = target.path else {
        Terminal.standardOutput.write(text)
        continue
      }
      guard toFiles, let file = try? OutputFile(target: path, replaces: false, permissions: 0o666) else {
        continue
      }
      try? file.write(Array(text.utf8))
      try? file.publish()
    }
    if toFiles { try? appendSummary(of: document, options) }
  }

  private static func document(_ error: ReportedError, of command: String) -> ReportDocument {
    var report = Report(command, inputs: [])
    report.outcome = .error(error)
    return ReportDocument(command, [report], isOfSeveral: false, seconds: nil)
  }

  /// Where annotations for GitHub are asked for, its page gets a summary, too.
  private static func appendSummary(
    of document: ReportDocument, _ options: ReportOptions
  ) throws(OutputError) {
    guard options.targets.contains(where: { $0.format == .github }) else { return }
    try StepSummary.append(MarkdownRenderer().text(of: document))
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
    // What was not looked at must not become known.
    if let baseline, document.notBegun == 0, document.reports.allSatisfy({ $0.exitCode <= 1 }) {
      try baseline.write(Array(Baseline(of: document.reports).text.utf8))
      try baseline.publish()
    }
    try Self.appendSummary(of: document, options)
  }
}
