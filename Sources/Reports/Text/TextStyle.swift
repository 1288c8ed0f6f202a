/// How text is drawn for people: where they read it, and how much of it they want.
package struct TextStyle {
  /// Whether words may have colors.
  package var hasColor: Bool
  /// Columns that a line may have; nil where lines are as long as they need to be.
  package var width: Int?
  package var detail: Detail
  /// Which batch normalizations are listed one by one; nil for all.
  package var listed: Outcome?

  package init(
    hasColor: Bool = false, width: Int? = nil, detail: Detail = .summary, listed: Outcome? = nil
  ) {
    (self.hasColor, self.width, self.detail, self.listed) = (hasColor, width, detail, listed)
  }

  /// How much is said.
  package enum Detail {
    /// The verdict alone.
    case verdict
    /// The result, and what stays by its reasons.
    case summary
    /// Every layer.
    case everything
  }

  /// What became of a batch normalization.
  package enum Outcome: String, CaseIterable {
    case folded, kept
  }

  /// A style for a few words.
  enum Emphasis: String {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case faint = "2"
  }

  /// Columns of a paragraph, wherever it is read.
  var paragraphWidth: Int { min(width ?? Self.readable, Self.readable) }

  private static let readable = 100

  func styled(_ text: String, _ emphasis: Emphasis) -> String {
    hasColor ? "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m" : text
  }
}
