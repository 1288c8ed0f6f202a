import Glibc
import Jobs

/// The folder of a certificate, to which the paths in it are relative.
package struct CertificateFolder {
  private let folder: String

  /// - Parameter path: of the certificate, which need not be there.
  package init(of path: String) { folder = PathParts(path).folder }

  /// The path of a file as the certificate has it: relative if it is in the folder, otherwise from the root.
  func relative(_ path: String) -> String {
    guard let folder = Self.resolved(folder) else { return path }
    let prefix = folder == "/" ? folder : folder + "/"
    // A file that is not there yet has no real path, and its folder has.
    let parts = PathParts(path)
    guard let place = Self.resolved(parts.folder) else { return path }
    let whole = place == "/" ? "/" + parts.name : "\(place)/\(parts.name)"
    return whole.hasPrefix(prefix) ? String(whole.dropFirst(prefix.count)) : whole
  }

  /// Where a path of the certificate leads.
  package func resolved(_ path: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : folder == "/" ? "/" + path : "\(folder)/\(path)"
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
