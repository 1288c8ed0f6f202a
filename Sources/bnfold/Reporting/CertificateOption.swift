import ArgumentParser
import BatchNormFolding
import Reports

/// A certificate of what was proven, in the commands that prove.
struct CertificateOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write what was proven of which files; verify --certificate FILE alone checks that again.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var certificate: String?

  func validate() throws {
    if certificate?.isEmpty == true { throw ValidationError("A path is empty.") }
  }

  /// - Throws: `OutputError` where the file cannot be made, or is there and may not be replaced.
  func open(replaces: Bool) throws(OutputError) -> OutputFile? {
    guard let certificate else { return nil }
    return try OutputFile(target: certificate, replaces: replaces, permissions: 0o666)
  }

  /// Writes the certificate of a report into its file, if one is wanted and the report holds.
  ///
  /// - Throws: `OutputError` where it cannot be written.
  static func write(_ file: OutputFile?, of report: Report) throws(OutputError) {
    guard let file, let certificate = Certificate(of: report, in: CertificateFolder(of: file.target)) else {
      return
    }
    try file.write(Array(certificate.text.utf8))
  }

  /// Gives the certificate its name, if there is one.
  ///
  /// - Throws: `OutputError` where that fails.
  static func publish(_ file: OutputFile?, in report: inout Report) throws(OutputError) {
    guard let file, file.byteCount > 0 else { return }
    try file.publish()
    report.outputs.append(ReportedFile(.certificate, file.target, bytes: file.byteCount))
  }
}
