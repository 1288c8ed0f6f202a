import BatchNormFolding
import Bytes
import Elements

/// What differs between two files.
struct DifferencesSection: PageSection {
  static let anchor = "differences"
  static let title = "Differences"

  private let difference: ModelDifference

  init?(_ report: Report) {
    guard let difference = report.part(DifferencePart.self)?.difference else { return nil }
    self.difference = difference
  }

  func markup(at place: PagePlace) -> Markup {
    let equal: Markup = "<p>\(difference.equalArrayWords) the same, bit for bit.</p>\n"
    guard !difference.isEmpty else { return equal }
    let rows: [[Markup]] = difference.entries.prefix(PageTable.mostRows).map {
      ["<code>\($0.shownName)</code>", "\($0.kind.change)", "\($0.kind.details)"]
    }
    return equal
      + PageTable(name: Self.title, headings: ["Layer or array", "Change", "What"]).markup(rows)
      + PageTable.more(difference.entries.count - rows.count, "difference")
  }
}

/// The statistics that were estimated.
struct CalibrationSection: PageSection {
  static let anchor = "calibration"
  static let title = "Estimated statistics"

  private let part: CalibrationPart

  init?(_ report: Report) {
    guard let part = report.part(CalibrationPart.self) else { return nil }
    self.part = part
  }

  func markup(at place: PagePlace) -> Markup {
    let table = part.table
    let rows: [[Markup]] = table.rows.prefix(PageTable.mostRows).map { row in row.map { "\($0)" } }
    return "<p>\(part.summary)</p>\n" + PageTable(name: Self.title, headings: table.headings).markup(rows)
      + PageTable.more(table.rows.count - rows.count, "batch normalization")
  }
}

/// The arrays that a model gave when it was run.
struct ArraysSection: PageSection {
  static let anchor = "arrays"
  static let title = "Outputs"

  private let part: ArraysPart

  init?(_ report: Report) {
    guard let part = report.part(ArraysPart.self) else { return nil }
    self.part = part
  }

  func markup(at place: PagePlace) -> Markup {
    let rows: [[Markup]] = part.outputs.prefix(PageTable.mostRows).map {
      ["<code>\($0.name)</code>", "\(describe($0.shape))", "\(part.type)"]
    }
    return PageTable(name: Self.title, headings: ["Output", "Shape", "Type"]).markup(rows)
      + PageTable.more(part.outputs.count - rows.count, "output")
  }
}

/// The layers of a model.
struct LayersSection: PageSection {
  static let anchor = "layers"
  static let title = "Layers"

  private let layers: [LayerDescription]

  init?(_ report: Report) {
    layers = report.part(LayerPart.self)?.layers ?? []
    if layers.isEmpty { return nil }
  }

  func markup(at place: PagePlace) -> Markup {
    let rows: [[Markup]] = layers.prefix(PageTable.mostRows).map { layer in
      let wrapped: Markup = layer.wrappedClassName.map { "(\($0))" } ?? ""
      return [
        "<code>\(layer.path)</code>", "\(layer.className)\(wrapped)",
        "\(layer.outputShape.map { describe($0) } ?? "?")", "\(grouped(layer.parameterCount))",
      ]
    }
    let table = PageTable(
      name: Self.title, headings: ["Layer", "Class", "Output shape", "Parameters"], numbers: [3])
    return """
      <details><summary>Show \(counted(layers.count, "layer"))</summary>
      \(table.markup(rows))\(PageTable.more(layers.count - rows.count, "layer"))</details>

      """
  }
}

/// The tensors of weights without a graph.
struct TensorsSection: PageSection {
  static let anchor = "tensors"
  static let title = "Tensors"

  private let tensors: [TensorDescription]

  init?(_ report: Report) {
    tensors = report.part(TensorPart.self)?.tensors ?? []
    if tensors.isEmpty { return nil }
  }

  func markup(at place: PagePlace) -> Markup {
    let rows: [[Markup]] = tensors.prefix(PageTable.mostRows).map {
      [
        "<code>\($0.name)</code>", "\("\($0.elementType)")", "\(describe($0.shape))",
        "\(grouped($0.shape.elementCount))",
      ]
    }
    let table = PageTable(
      name: Self.title, headings: ["Tensor", "Type", "Shape", "Elements"], numbers: [3])
    return """
      <details><summary>Show \(counted(tensors.count, "tensor"))</summary>
      \(table.markup(rows))\(PageTable.more(tensors.count - rows.count, "tensor"))</details>

      """
  }
}
