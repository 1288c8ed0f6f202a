import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Parallel
import Reports
import Synchronization

/// A command that has a report.
///
/// Its value does not change once the arguments are read, so that several threads may work for it.
protocol ReportingCommand: Command, Sendable {
  var reportOptions: ReportOptions { get }

  /// What must not be so; nil for a command without findings.
  var gateOptions: GateOptions? { get }

  /// Files that it writes beside its result and its reports, such as a certificate.
  var besideFiles: [SmallOutputs.File?] { get }

  /// What is to be done: once, or for each of several models.
  ///
  /// - Throws: why it cannot begin.
  func work() throws -> Work
}

extension ReportingCommand {
  var gateOptions: GateOptions? { nil }
  var besideFiles: [SmallOutputs.File?] { [] }

  func run() throws { try Exit.reporting(in: Self._commandName) { try perform() } }

  func perform() throws {
    let start = ReportOptions.now()
    let (work, writer) = try begin()
    let reports = reports(of: work, writer)
    let document = ReportDocument(
      Self._commandName, reports, isOfSeveral: work.isOfSeveral,
      notBegun: work.steps.count - reports.count,
      seconds: reportOptions.seconds(since: start))
    do {
      try writer.finish(document)
    } catch {
      Self.sayWhatIsWritten(reports)
      throw error
    }
    if Terminal.outputError != 0 { Self.sayWhatIsWritten(reports) }
    if document.exitCode != 0 { throw ExitCode(document.exitCode) }
  }

  /// A report comes last: where it is lost, the files that it is about are there.
  private static func sayWhatIsWritten(_ reports: [Report]) {
    for path in reports.flatMap(\.outputs).map(\.path) {
      Terminal.standardError.writeLine(
        "bnfold: \(ByteString(path)): the file is complete, but its report is not")
    }
  }

  /// What is to be done, and where the reports go; what is wrong with that is in reports for programs, too.
  private func begin() throws -> (Work, ReportWriter) {
    var mayWrite = true
    do {
      try check()
      let work = try work()
      mayWrite = false
      let baseline = SmallOutputs.File("The baseline", gateOptions?.writeBaseline)
      try SmallOutputs(reportOptions, besides: besideFiles + [baseline])
        .check(against: work.steps.flatMap(\.inputs).map(\.path) + work.others)
      mayWrite = true
      return (work, try ReportWriter(reportOptions, baseline: gateOptions?.writeBaseline))
    } catch  where !(error is ExitCode) {
      ReportWriter.writeError(
        ReportedError(error), of: Self._commandName, reportOptions, toFiles: mayWrite)
      throw error
    }
  }

  /// The reports in their order, which are shown as soon as all before them are.
  private func reports(of work: Work, _ writer: ReportWriter) -> [Report] {
    let found = Mutex(ReportQueue(count: work.steps.count))
    let isOver = Atomic<Bool>(false)
    shareWork(of: work.steps.count, threads: work.isOfSeveral ? processorCount() : 1) { index in
      guard !isOver.load(ordering: .relaxed) else { return }
      let report = report(of: work.steps[index])
      if work.failsFast, report.exitCode != 0 { isOver.store(true, ordering: .relaxed) }
      found.withLock { queue in
        for report in queue.take(report, at: index) { writer.show(report, isOfSeveral: work.isOfSeveral) }
      }
    }
    return found.withLock { queue in
      for report in queue.rest() { writer.show(report, isOfSeveral: work.isOfSeveral) }
      return queue.reports
    }
  }

  private func report(of step: Work.Step) -> Report {
    let start = ReportOptions.now()
    var report: Report
    do {
      report = try step.perform()
    } catch {
      report = Report(Self._commandName, inputs: step.inputs)
      report.outcome = .error(ReportedError(error))
    }
    report.seconds = reportOptions.seconds(since: start)
    return report
  }
}

/// Reports that come in any order and leave in that of their numbers.
private struct ReportQueue {
  private var found: [Report?]
  private var shown = 0

  init(count: Int) { found = Array(repeating: nil, count: count) }

  /// All that have come, in their order.
  var reports: [Report] { found.compactMap(\.self) }

  /// - Returns: those that can be shown now.
  mutating func take(_ report: Report, at index: Int) -> [Report] {
    found[index] = report
    let end = found[shown...].firstIndex { $0 == nil } ?? found.count
    defer { shown = end }
    return found[shown..<end].compactMap(\.self)
  }

  /// - Returns: those that came after one that never did.
  mutating func rest() -> [Report] {
    defer { shown = found.count }
    return found[shown...].compactMap(\.self)
  }
}
