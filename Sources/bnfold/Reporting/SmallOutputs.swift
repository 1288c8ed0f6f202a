import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// The files that a command writes beside its result: reports, a baseline, a certificate, a drawing.
struct SmallOutputs {
  private let files: [File]

  /// What such a file is called, and where it goes.
  struct File {
    let name: String
    let path: String

    init?(_ name: String, _ path: String?) {
      guard let path else { return nil }
      (self.name, self.path) = (name, path)
    }
  }

  init(_ reports: ReportOptions, besides others: [File?]) {
    let asked = reports.targets.map { File("The report", $0.path) }
    let summary = reports.targets.contains { $0.format == .github } ? StepSummary.path : nil
    files = (asked + [File("The summary for GitHub", summary)] + others).compactMap(\.self)
  }

  /// Checks that none of them takes the place of a file that the command reads or writes, or of another one.
  ///
  /// - Parameter paths: of models, and of whatever else is read or written; files in folders and shards count as well.
  /// - Throws: `ValidationError`, with both.
  func check(against paths: [String]) throws {
    guard !files.isEmpty else { return }
    var taken: [FileIdentity: String] = [:]
    for path in paths.flatMap(ModelInput.files) {
      if let identity = FileIdentity(path) { taken[identity] = path }
    }
    for file in files {
      guard let identity = FileIdentity(file.path) else { continue }
      if let other = taken.updateValue(file.path, forKey: identity) {
        throw ValidationError(
          "\(file.name) would replace \(ByteString(other)), which this command reads or writes; name another file."
        )
      }
    }
  }
}
