/// The network as a picture, in a box of its own that scrolls.
struct PictureSection: PageSection {
  static let anchor = "picture"
  static let title = "The network"

  private let picture: String

  /// A larger picture is left out: a page of it would be slow to open.
  private static let mostBytes = 1_500_000

  init?(_ report: Report) {
    guard let graph = report.part(GraphPart.self) else { return nil }
    let svg = NetworkPicture(graph).svg
    // The declaration of XML has no place in HTML.
    guard svg.utf8.count <= Self.mostBytes, let start = svg.range(ofText: "<svg") else { return nil }
    picture = String(svg[start...])
  }

  func markup(at place: PagePlace) -> Markup {
    let (box, heading) = (place.anchor("whole"), place.anchor(Self.anchor))
    return """
      <input type="checkbox" class="zoom" id="\(box)"> <label for="\(box)">Fit it to the width of the page</label>
      <div class="scroll drawing" tabindex="0" role="region" aria-labelledby="\(heading)">\(Markup(trusted: picture))</div>

      """
  }
}

extension String {
  /// Where a text begins for the first time.
  fileprivate func range(ofText text: String) -> String.Index? { firstRange(of: text)?.lowerBound }
}
