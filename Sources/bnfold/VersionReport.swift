import BatchNormFolding
import Jobs
import Reports
import Supervision

/// `bnfold --version --verbose`: what this binary is made of, and what protects the machine from the files it reads.
enum VersionReport {
  /// Whether the command line asks for it.
  static var isAskedFor: Bool {
    let arguments = Set(ProgramStart.arguments.dropFirst())
    return arguments == ["--version", "--verbose"]
  }

  static func show() throws {
    let protection = try Contained(limits: Limits(), observer: Progress.self).protection()
    var lines = ["bnfold \(Report.version)"] + protection.libraries
    lines.append("Files are read in a process of their own, which has:")
    for layer in protection.layers {
      lines.append("  \(layer.description): \(layer.isActive ? "active" : "not offered by this system")")
    }
    for line in lines { Terminal.standardOutput.writeLine(line) }
  }
}
