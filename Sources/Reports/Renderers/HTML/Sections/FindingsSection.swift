/// What is probably wrong, the worst first.
struct FindingsSection: PageSection {
  static let anchor = "findings"
  static let title = "What to look at"

  private let list: FindingList

  init?(_ report: Report) {
    guard let list = FindingList(report, levels: [.error, .warning]) else { return nil }
    self.list = list
  }

  func markup(at place: PagePlace) -> Markup { list.markup(at: place) }
}

/// What is as it is, and can be told.
struct NotesSection: PageSection {
  static let anchor = "notes"
  static let title = "Notes"

  private let list: FindingList

  init?(_ report: Report) {
    guard let list = FindingList(report, levels: [.note]) else { return nil }
    self.list = list
  }

  func markup(at place: PagePlace) -> Markup { list.markup(at: place) }
}
