import Jobs
import Tensor

extension ModelSummary {
  func line(for path: String) -> String {
    let parts =
      kerasVersion.map { version in
        "Keras \(version.isEmpty ? "(version unknown)" : version.description), \(partCount) layers"
      } ?? "\(partCount) arrays without an architecture"
    return "\(ByteString(path)): \(parts), \(grouped(parameterCount)) parameters"
  }

  /// The version for programs.
  var versionJSON: JSONOutput { kerasVersion.map { .string($0) } ?? .null }
}
