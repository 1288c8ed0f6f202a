import Bytes
import Jobs

/// The result in some large words and numbers.
struct TilesSection: PageSection {
  static let anchor = "result"
  static let title = "Result"

  private let tiles: [Tile]

  init?(_ report: Report) {
    let sizes = report.part(SizePart.self).map(Self.tiles) ?? Self.tiles(of: report)
    tiles =
      [PageVerdict(report).map(Self.tile)].compactMap(\.self)
      + [report.part(LedgerPart.self).map(Self.tile)].compactMap(\.self) + sizes
      + (report.seconds.map { [Tile("time", TextRenderer.words($0))] } ?? [])
    if tiles.isEmpty { return nil }
  }

  func markup(at place: PagePlace) -> Markup { "<dl class=\"tiles\">\n\(tiles.map(\.markup))</dl>\n" }

  private static func tile(_ verdict: PageVerdict) -> Tile {
    var tile = Tile("verdict", verdict.word, verdict.reason)
    tile.tone = verdict.tone
    return tile
  }

  private static func tile(_ part: LedgerPart) -> Tile {
    let (folded, all) = (part.ledger.folded.count, part.ledger.entries.count)
    return Tile(part.verb, "\(grouped(folded)) of \(grouped(all))", part.places ?? "")
  }

  private static func tiles(of size: SizePart) -> [Tile] {
    func tile(_ name: String, _ before: Int, _ after: Int, _ words: (Int) -> String) -> Tile {
      let change = before > 0 ? 100 * Double(after - before) / Double(before) : 0
      let share =
        before == after
        ? "as before" : "from \(words(before)) (\(change > 0 ? "+" : "−")\(fixed(abs(change), digits: 1))%)"
      return Tile(name, words(after), share)
    }
    return [
      tile(size.before.partsName, size.before.partCount, size.after.parts, grouped),
      tile("parameters", size.before.parameterCount, size.after.parameters, grouped),
      tile("file", size.bytes.before, size.bytes.after, sizeInWords),
    ]
  }

  private static func tiles(of report: Report) -> [Tile] {
    let model = report.part(ModelPart.self)?.summary
    let bytes = report.inputs.first.flatMap { report.inputs.count == 1 ? $0.bytes : nil }
    return
      (model.map {
        [Tile($0.partsName, grouped($0.partCount)), Tile("parameters", grouped($0.parameterCount))]
      }
      ?? []) + (bytes.map { [Tile("file", sizeInWords($0))] } ?? [])
      + report.facts.map { Tile($0.name, $0.value) }
  }

  /// A number with its name.
  private struct Tile {
    let name: String
    let value: String
    let remark: String
    var tone: PageVerdict.Tone?

    init(_ name: String, _ value: String, _ remark: String = "") {
      (self.name, self.value, self.remark) = (name, value, remark)
    }

    var markup: Markup {
      let sign: Markup = tone.map { "\($0.icon) " } ?? ""
      let kind: Markup = tone.map { " verdict \(Markup(trusted: $0.rawValue))" } ?? ""
      let remark: Markup = remark.isEmpty ? "" : "<dd class=\"soft\">\(self.remark)</dd>"
      return
        "<div class=\"tile\(kind)\"><dt>\(name)</dt><dd class=\"value\">\(sign)\(value)</dd>\(remark)</div>\n"
    }
  }
}
