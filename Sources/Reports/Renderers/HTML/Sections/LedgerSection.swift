import BatchNormFolding
import Bytes

/// All batch normalizations in a list that can be filtered, each of which opens to its story.
struct LedgerSection: PageSection {
  static let anchor = "batch-normalizations"
  static let title = "All batch normalizations"

  private let part: LedgerPart
  private let layers: [ByteString: LayerDescription]

  /// Entries that need no box of their own that scrolls.
  private static let few = 25
  /// Entries, and bytes of them, that a browser lists at once.
  private static let mostEntries = 2_000
  private static let mostBytes = 1_500_000

  init?(_ report: Report) {
    guard let part = report.part(LedgerPart.self), !part.ledger.entries.isEmpty else { return nil }
    self.part = part
    let layers = report.part(LayerPart.self)?.layers ?? report.part(GraphPart.self)?.model.layers ?? []
    self.layers = Dictionary(layers.map { ($0.path, $0) }) { first, _ in first }
  }

  func markup(at place: PagePlace) -> Markup {
    let entries = part.ledger.entries
    var items: Markup = ""
    var count = 0
    for entry in entries.prefix(Self.mostEntries) {
      guard items.byteCount < Self.mostBytes else { break }
      items += item(entry)
      count += 1
    }
    return """
      \(filter(place))<ul class="entries\(count > Self.few ? " long" : "")" id="\(place.anchor("entries"))">
      \(items)</ul>
      \(PageTable.more(entries.count - count, "batch normalization"))
      """
  }

  /// Hidden where there is no script that makes it work.
  private func filter(_ place: PagePlace) -> Markup {
    let (folded, kept) = (part.ledger.folded.count, part.ledger.kept.count)
    let (box, list) = (place.anchor("filter"), place.anchor("entries"))
    let words = part.isPrediction ? ("would fold", "would stay") : ("folded", "kept")
    return """
      <div class="filter" data-list="\(list)" role="search" aria-label="Batch normalizations" hidden>
      <label for="\(box)">Filter</label>
      <input type="search" id="\(box)" autocomplete="off" spellcheck="false" placeholder="a name, a rule, a reason" \
      aria-controls="\(list)">
      <div class="buttons" role="group" aria-label="Outcome">\
      <button type="button" data-outcome="" aria-pressed="true">all \(grouped(folded + kept))</button>\
      <button type="button" data-outcome="folded" aria-pressed="false">\(words.0) \(grouped(folded))</button>\
      <button type="button" data-outcome="kept" aria-pressed="false">\(words.1) \(grouped(kept))</button></div>
      <p class="soft" role="status"></p>
      </div>

      """
  }

  private func item(_ entry: Ledger.Entry) -> Markup {
    let outcome: Markup = entry.isFolded ? "folded" : "kept"
    let word =
      part.isPrediction
      ? entry.isFolded ? "would fold" : "would stay" : entry.isFolded ? "folded" : "kept"
    return """
      <li data-outcome="\(outcome)"><details><summary><span class="pill \(outcome)">\(word)</span> \
      <code>\(entry.layer)</code> <span class="soft">\(Self.brief(entry))</span></summary>
      \(EntryStory(entry, layers[entry.layer]).markup)</details></li>

      """
  }

  private static func brief(_ entry: Ledger.Entry) -> Markup {
    switch entry.outcome {
    case .folded(let into, _, let across, _):
      guard let first = into.first else { return "" }
      let more = into.count > 1 ? " and \(grouped(into.count - 1)) more" : ""
      let way = across.isEmpty ? "" : ", across \(counted(across.count, "layer"))"
      return "into \(first)\(more)\(way)"
    case .kept(let refusal, _): return "\(refusal.code.rawValue)"
    }
  }
}
