import BatchNormFolding
import HDF5
import Supervision

/// `bnfold --version --verbose`: what this binary is made of, and what protects the machine from the files it reads.
enum VersionReport {
  /// Whether the command line asks for it.
  static var isAskedFor: Bool {
    let arguments = Set(CommandLine.arguments.dropFirst())
    return arguments == ["--version", "--verbose"]
  }

  static func show() throws {
    let active = try Contained.protection()
    var lines = ["bnfold \(BNFold.configuration.version)", "libhdf5 \(HDF5File.libraryVersion)"]
    lines.append("Files are read in a process of their own, which has:")
    for (layer, description) in Sandbox.descriptions {
      lines.append("  \(description): \(active.contains(layer) ? "active" : "not offered by this system")")
    }
    for line in lines { Terminal.standardOutput.writeLine(line) }
  }
}
