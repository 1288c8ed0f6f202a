import Bytes

/// The story of the batch normalization that was asked for.
struct ExplanationSection: PageSection {
  static let anchor = "explanation"
  static let title = "What becomes of it"

  private let part: ExplanationPart

  init?(_ report: Report) {
    guard let part = report.part(ExplanationPart.self) else { return nil }
    self.part = part
  }

  func markup(at place: PagePlace) -> Markup {
    """
    <p><code>\(part.entry.layer)</code> <span class="pill \(part.entry.isFolded ? "folded" : "kept")">\
    \(part.entry.isFolded ? "would fold" : "would stay")</span></p>
    \(EntryStory(part.entry, part.layer).markup)
    """
  }
}
