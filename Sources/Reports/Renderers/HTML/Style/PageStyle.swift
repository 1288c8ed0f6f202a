/// How the page looks: by light, in the dark, on paper, in wide and in narrow windows.
enum PageStyle {
  static let markup: Markup = "\(colors)\(page)\(blocks)\(charts)\(paper)"
}
