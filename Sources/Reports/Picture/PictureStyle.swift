/// The colors and fonts of the picture, in light and in dark.
///
/// A page around it may set the variables; programs that know no variables take the color before.
enum PictureStyle {
  private static let paint: [(name: String, property: String, light: String, dark: String)] = [
    ("paper", "fill", "#ffffff", "#16181d"), ("stays", "fill", "#f7b25e", "#b8650a"),
    ("folds", "fill", "#a9dba3", "#2f7a3b"), ("takes-in", "fill", "#a8cdf3", "#2a5f9e"),
    ("fits", "fill", "#dcebfb", "#243f5e"), ("other", "fill", "#f1f2f4", "#262a31"),
    ("obstacle", "stroke", "#d9480f", "#ff922b"), ("code", "fill", "#b93a06", "#ffa94d"),
    ("wire", "stroke", "#8a9099", "#7d8590"), ("head", "fill", "#8a9099", "#7d8590"),
    ("block", "fill", "#fafbfc", "#1b1e24"), ("model", "fill", "#fafbfc", "#1b1e24"),
    ("count", "fill", "#4a5058", "#c9d1d9"), ("times", "fill", "#ffffff", "#16181d"),
    ("class", "fill", "#1c1f24", "#f0f3f6"), ("small", "fill", "#4d545d", "#aeb6c0"),
    ("name", "fill", "#3c434c", "#d5dbe2"), ("shape", "fill", "#4d545d", "#c2cad4"),
    ("legend", "fill", "#3c434c", "#c2cad4"), ("heading", "fill", "#1c1f24", "#f0f3f6"),
  ]

  private static let shapes = """
    .bnfold-picture{font-family:"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
    .bnfold-obstacle{stroke-width:3;fill:none}.bnfold-wire{stroke-width:1.3;fill:none}.bnfold-back{stroke-dasharray:4 3}
    .bnfold-block,.bnfold-model{stroke:#8a9099;stroke-width:1}.bnfold-block{stroke-dasharray:5 3}
    .bnfold-stays{stroke:#c76a0a;stroke-width:1.2}.bnfold-folds{stroke:#5ca353;stroke-width:.8}
    .bnfold-takes-in{stroke:#5b93cf;stroke-width:.8}.bnfold-fits,.bnfold-other{stroke:#9aa1ab;stroke-width:.5}
    .bnfold-class{font-size:11px;font-weight:600}.bnfold-small{font-size:9.5px}.bnfold-name,.bnfold-shape{font-size:9px}
    .bnfold-shape{text-anchor:end}.bnfold-code{font-size:9px;font-weight:600}.bnfold-legend{font-size:11px}
    .bnfold-times{font-size:12px;font-weight:700;text-anchor:middle}.bnfold-heading{font-size:14px;font-weight:600}
    """

  static var element: String {
    let light = paint.map { name, property, light, _ in
      ".bnfold-\(name){\(property):\(light);\(property):var(--bnfold-\(name),\(light))}"
    }
    let dark = paint.map { name, property, _, dark in
      ".bnfold-\(name){\(property):var(--bnfold-\(name),\(dark))}"
    }
    return "<style>\n" + shapes + "\n" + light.joined(separator: "\n")
      + "\n@media (prefers-color-scheme:dark){\n"
      + dark.joined(separator: "\n") + "\n}\n</style>\n"
  }
}
