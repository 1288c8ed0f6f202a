/// All that the page says of one report.
struct ReportSections {
  private let place: PagePlace
  private let sections: [any PageSection]

  /// In the order of importance.
  private static var kinds: [any PageSection.Type] {
    [
      ObjectionsSection.self, TilesSection.self, FindingsSection.self, ExplanationSection.self,
      OutcomesSection.self, ErrorsSection.self, RangesSection.self, RunsSection.self, DifferencesSection.self,
      CalibrationSection.self, OtherPartsSection.self, LedgerSection.self, PictureSection.self,
      ArraysSection.self, LayersSection.self, TensorsSection.self, NotesSection.self, RecordSection.self,
    ]
  }

  init(_ report: Report, at place: PagePlace) {
    self.place = place
    sections = Self.kinds.compactMap { $0.init(report) }
  }

  var markup: Markup {
    sections.reduce(into: "") { page, section in
      let kind = type(of: section)
      let (anchor, level) = (place.anchor(kind.anchor), place.headingLevel)
      page += """
        <section class="\(kind.anchor)" aria-labelledby="\(anchor)">
        <h\(level) id="\(anchor)">\(kind.title)</h\(level)>
        \(section.markup(at: place))</section>

        """
    }
  }

  /// Links to the sections.
  var navigation: Markup {
    let links: [Markup] = sections.map { section in
      let kind = type(of: section)
      return "<li><a href=\"#\(place.anchor(kind.anchor))\">\(kind.title)</a></li>"
    }
    return "<nav aria-label=\"Sections\"><ul>\(links)</ul></nav>\n"
  }
}
