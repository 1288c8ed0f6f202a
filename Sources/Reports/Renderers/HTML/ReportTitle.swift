import Bytes

/// What a report is about, in a heading: the names of its files without the folders.
struct ReportTitle {
  private let report: Report

  init(_ report: Report) { self.report = report }

  var markup: Markup {
    let models = report.inputs.filter { !$0.role.isCompanion }.map { Self.name(of: $0) }
    let inputs = (models.isEmpty ? report.inputs.prefix(1).map { Self.name(of: $0) } : models)
    guard !inputs.isEmpty else { return "no model" }
    let names = Markup(trusted: inputs.map(\.text).joined(separator: ", "))
    guard let output = report.outputs.first else { return names }
    return "\(names) <span class=\"arrow\">→</span> \(Self.name(of: output))"
  }

  /// Who made the model.
  var subtitle: Markup { report.part(ModelPart.self).map { "\n<p class=\"soft\">\($0.words)</p>" } ?? "" }

  private static func name(of file: ReportedFile) -> Markup {
    let path = ByteString(file.path)
    return "\(path.split(separator: UInt8(ascii: "/")).last ?? path)"
  }
}
