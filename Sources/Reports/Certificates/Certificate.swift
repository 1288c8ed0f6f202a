import BatchNormFolding
import Bytes
import LosslessJSON

/// What was proven of which files: by their digests, so that it can be said of no others.
///
/// The file is JSON; `docs/schema/certificate-1.json` is its schema. It is not a signature: anyone who can write the file
/// can write anything into it, which is why it is checked by proving again.
package struct Certificate: KeptFile, Sendable {
  /// The files with their digests; paths are relative to the folder of the certificate where they are in it.
  package let files: [ReportedFile]
  package let verdict: Verdict
  /// The strictest level of `--accept` that it meets.
  package let grade: Acceptance
  /// Of the inputs that both were run on; nil where they were not.
  package let seed: UInt64?
  /// The version of bnfold that proved it.
  package let version: String
  /// Classes that were taken for classes of the framework on the user's word.
  private let trusted: [String]
  private let extent: (calls: Int, weights: Int)

  package static let name = "certificate"
  package static let largestBytes = 1 << 20

  /// - Parameter folder: where it will be.
  /// - Returns: nil where the report does not hold what a certificate says.
  package init?(of report: Report, in folder: CertificateFolder) {
    guard report.exitCode == 0, let check = report.part(CheckPart.self)?.report,
      let grade = check.grade
    else { return nil }
    let isFold = report.command == "fold"
    let roles: [ReportedFile.Role: ReportedFile.Role] =
      isFold ? [.model: .folded, .architecture: .foldedArchitecture] : [:]
    let originals: [ReportedFile.Role: ReportedFile.Role] = isFold ? [.model: .original] : [:]
    func renamed(_ file: ReportedFile, _ roles: [ReportedFile.Role: ReportedFile.Role]) -> ReportedFile {
      ReportedFile(
        roles[file.role] ?? file.role, folder.relative(file.path), bytes: file.bytes, digest: file.digest)
    }
    files =
      report.inputs.filter { $0.digest != nil }.map { renamed($0, originals) }
      + report.outputs.map { renamed($0, roles) }
    (verdict, self.grade, seed, version) = (check.verdict, grade, report.seed, Report.version)
    extent = (check.extent.calls, check.extent.weights)
    trusted = report.part(TrustedPart.self)?.classes ?? []
  }

  /// The path of the file with a role.
  package func path(of role: ReportedFile.Role) -> String? { files.first { $0.role == role }?.path }

  /// The files that were certified and are not among these.
  package func files(besides opened: [ReportedFile]) -> [ReportedFile] {
    let found = Set(opened.map(Identity.init))
    return files.filter { file in
      !found.contains(Identity(file)) && (file.role == .part || !opened.contains { $0.role == file.role })
    }
  }

  /// Why files are not those of the certificate; empty where they are.
  ///
  /// - Parameter opened: what has been opened, with digests.
  package func objections(to opened: [ReportedFile]) -> [String] {
    let (certified, found) = (Set(files.map(Identity.init)), Set(opened.map(Identity.init)))
    let others = opened.filter { !certified.contains(Identity($0)) }.map {
      "\($0.shownPath) is not the file that was certified: its SHA-256 is \($0.digest ?? "unknown")"
    }
    guard others.isEmpty else { return others }
    return files.filter { !found.contains(Identity($0)) }.map {
      "\($0.shownPath), which was certified, was not opened"
    }
  }

  /// What makes a file the one that was certified: the same content for the same purpose.
  private struct Identity: Hashable {
    let role: ReportedFile.Role
    let digest: String?

    init(_ file: ReportedFile) { (role, digest) = (file.role, file.digest) }
  }

  /// The file's text, which is the same for the same files.
  package var text: String {
    JSONOutput.object([
      ("certificate", .integer(Self.schema)), ("version", .text(version)),
      ("verdict", .text(verdict.rawValue)),
      ("grade", .text(grade.rawValue)), ("layer_calls", .integer(extent.calls)),
      ("weights", .integer(extent.weights)),
      ("seed", seed.json(JSONOutput.exact)),
      ("trusted_classes", .array(trusted.map { .text($0) })), ("files", .array(files.map(\.json))),
    ]).serialized() + "\n"
  }

  package init(parsing text: [UInt8]) throws(KeptFileError) {
    let root = try Self.root(of: text)
    guard let verdict = root["verdict"]?.string.flatMap({ Verdict(rawValue: $0.description) }),
      let grade = root["grade"]?.string.flatMap({ Acceptance(rawValue: $0.description) }),
      let files = root["files"]?.array
    else { throw KeptFileError(words: "a verdict, a grade or the list of files is missing") }
    self.files = try files.map { (file) throws(KeptFileError) in try ReportedFile(certified: file) }
    (self.verdict, self.grade) = (verdict, grade)
    seed =
      root["seed"]?.integer.flatMap { UInt64(exactly: $0) }
      ?? root["seed"]?.string.flatMap { UInt64($0.description) }
    version = root["version"]?.string?.description ?? ""
    trusted = root["trusted_classes"]?.array?.compactMap { $0.string?.description } ?? []
    extent = (root["layer_calls"]?.integer ?? 0, root["weights"]?.integer ?? 0)
  }
}

extension ReportedFile {
  fileprivate init(certified value: JSONValue) throws(KeptFileError) {
    guard let role = value["role"]?.string.flatMap({ Role(rawValue: $0.description) }),
      let path = value["path"]?.string, !path.isEmpty, !path.bytes.contains(0),
      let digest = value["sha256"]?.string
    else { throw KeptFileError(words: "a file has no role, no path or no sha256") }
    self.init(
      role, String(decoding: path.bytes, as: UTF8.self), bytes: value["bytes"]?.integer,
      digest: digest.description)
  }
}

extension EquivalenceReport {
  /// The strictest level that accepts it; nil where none does.
  fileprivate var grade: Acceptance? { [.exact, .float32, .sampled].first { isAccepted(by: $0) } }
}
