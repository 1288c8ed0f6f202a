import Bytes
import Jobs

extension ModelSummary {
  func line(for path: String) -> String {
    let parts =
      frameworkVersion.map { version in
        "Keras \(version.isEmpty ? "(version unknown)" : version.description), \(partCount) layers"
      } ?? "\(partCount) arrays without an architecture"
    return "\(ByteString(path)): \(parts), \(grouped(parameterCount)) parameters"
  }

  /// The version for programs.
  var versionJSON: JSONOutput { frameworkVersion.map { .string($0) } ?? .null }
}
