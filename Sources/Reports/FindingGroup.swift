import Bytes

/// Findings of one code, for readers who have room for a line each.
struct FindingGroup {
  /// The first one.
  let example: Finding
  /// What that is about.
  let subject: ReportedFile?
  private(set) var count = 1

  /// All groups: errors, warnings, notes, and of each the largest first; what is about no layer stays alone.
  static func groups(of reports: [Report], _ findings: (Report) -> [Finding]) -> [FindingGroup] {
    var groups: [FindingGroup] = []
    var places: [String: Int] = [:]
    for report in reports {
      for finding in findings(report) {
        let name = "\(finding.level.rawValue) \(finding.code)"
        if finding.layer != nil, let place = places[name] {
          groups[place].count += 1
        } else {
          if finding.layer != nil { places[name] = groups.count }
          groups.append(FindingGroup(example: finding, subject: report.subject))
        }
      }
    }
    return groups.enumerated().sorted { first, second in
      (first.element.rank, -first.element.count, first.offset)
        < (second.element.rank, -second.element.count, second.offset)
    }.map(\.element)
  }

  /// Why a whole command failed comes before where.
  private var rank: Int {
    if example.level == .error { return example.layer == nil ? 0 : 1 }
    return example.level == .warning ? 2 : 3
  }

  /// The first one as a sentence, and how many there are besides.
  var words: String {
    example.sentence + (count == 1 ? "" : " (and \(grouped(count - 1)) more like it)")
  }
}
