import Bytes
import Jobs

extension ModelSummary {
  func line(for path: String) -> String {
    let parts =
      framework.map { name in
        let version = frameworkVersion ?? ""
        return "\(name) \(version.isEmpty ? "(version unknown)" : version.description), \(partCount) layers"
      } ?? "\(partCount) arrays without an architecture"
    return "\(ByteString(path)): \(parts), \(grouped(parameterCount)) parameters"
  }

  /// The version for programs.
  var versionJSON: JSONOutput { frameworkVersion.map { .string($0) } ?? .null }
}
