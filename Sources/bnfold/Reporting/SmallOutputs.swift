import ArgumentParser
import BatchNormFolding
import Bytes

/// The files that a command writes beside its result: reports, a baseline, a certificate.
struct SmallOutputs {
  /// What each is called, and where it goes.
  private let files: [(name: String, path: String)]

  init(reports: [ReportTarget], baseline: String?, certificate: String?) {
    files =
      reports.compactMap { target in target.path.map { ("The report", $0) } }
      + (baseline.map { [("The baseline", $0)] } ?? [])
      + (certificate.map { [("The certificate", $0)] } ?? [])
  }

  /// Checks that none of them takes the place of a file that the command reads or writes, or of another one.
  ///
  /// - Throws: `ValidationError`, with both.
  func check(against paths: [String]) throws {
    var taken = paths
    for (name, path) in files {
      if let other = taken.first(where: { ModelFile.areSame($0, path) }) {
        throw ValidationError(
          "\(name) would replace \(ByteString(other)), which this command reads or writes; name another file."
        )
      }
      taken.append(path)
    }
  }
}
