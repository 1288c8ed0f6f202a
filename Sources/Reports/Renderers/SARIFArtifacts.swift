/// The files of a run, for SARIF.
struct SARIFArtifacts {
  let json: [JSONOutput]

  init(_ document: ReportDocument) {
    var seen: Set<String> = []
    json = document.reports.flatMap { report in
      report.inputs.map { ($0, true) } + report.outputs.map { ($0, false) }
    }.compactMap { file, isInput in
      seen.insert(file.path).inserted ? Self.artifact(file, isInput: isInput) : nil
    }
  }

  private static func artifact(_ file: ReportedFile, isInput: Bool) -> JSONOutput {
    var members: [JSONOutput.Member] = [("location", .object([("uri", .text(uri(file.path)))]))]
    if let bytes = file.bytes { members.append(("length", .integer(bytes))) }
    if let digest = file.digest { members.append(("hashes", .object([("sha-256", .text(digest))]))) }
    if isInput { members.append(("roles", .array([.text("analysisTarget")]))) }
    return .object(members)
  }

  /// A path as a reference to a resource.
  ///
  /// Source: RFC 3986, 2.3 and 3.3; RFC 8089 for absolute paths.
  static func uri(_ path: String) -> String {
    let text = path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        return String(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }.joined()
    return path.hasPrefix("/") ? "file://" + text : text
  }
}
