import BatchNormFolding
import Bytes
import Elements
import Jobs

/// How statistics are estimated.
package struct EstimationSettings {
  package var method: EstimationMethod
  package var momentum: Double?
  package var convention: MomentumConvention
  /// Samples in a batch.
  package var batchSize: Int
  package var isShuffled: Bool
  package var isSequential: Bool
  package var type: ElementType

  package init(
    method: EstimationMethod, momentum: Double?, convention: MomentumConvention, batchSize: Int,
    isShuffled: Bool,
    isSequential: Bool, type: ElementType
  ) {
    (self.method, self.momentum, self.convention) = (method, momentum, convention)
    (self.batchSize, self.isShuffled, self.isSequential) = (batchSize, isShuffled, isSequential)
    self.type = type
  }
}

/// The statistics that were estimated from data.
package struct CalibrationPart: ReportPart {
  private let found: CalibrationAnswer
  private let settings: EstimationSettings

  package init(_ found: CalibrationAnswer, _ settings: EstimationSettings) {
    (self.found, self.settings) = (found, settings)
  }

  package func lines(for style: TextStyle) -> [String] {
    Paragraph(summary, width: style.paragraphWidth, first: "  ", rest: "  ").lines + [""]
      + table.lines(for: style)
  }

  package var brief: String? { "\(grouped(found.report.layers.count)) calibrated" }

  var table: Table {
    var table = Table(["Batch normalization", "Channels", "Mean moved by", "Variance times"])
    for layer in found.report.layers {
      let row = [layer.layer.description, "\(layer.new.channels)"]
      guard layer.wasUsable else {
        table.add(row + ["from statistics that were not finite, or negative", ""])
        continue
      }
      let (shift, ratio) = (layer.meanShift, layer.varianceRatio)
      table.add(
        row + [
          "\(short(shift.median)) (at most \(short(shift.largest))) std",
          "\(short(ratio.median)) (\(short(ratio.smallest)) to \(short(ratio.largest)))",
        ])
    }
    for layer in found.report.kept where !layer.isUnwanted {
      table.add([layer.layer.description, "", "kept: \(layer.reason)", ""])
    }
    return table
  }

  var summary: String {
    let (layers, kept) = (found.report.layers.count, found.report.kept.count)
    let what =
      switch settings.method {
      case .pooled: "statistics of all data"
      case .population: "means over the batches"
      case .ema: "moving averages (\(settings.convention.rawValue))"
      }
    let passes = found.report.passes == 1 ? "" : ", in \(found.report.passes) passes"
    return """
      \(layers) of \(counted(layers + kept, "batch normalization")) calibrated: \(what), \(grouped(found.samples)) samples in \
      \(grouped(found.batches)) \(found.batches == 1 ? "batch" : "batches") of \
      \(grouped(min(settings.batchSize, found.samples)))\(passes).
      """
  }

  package var members: [JSONOutput.Member] {
    [
      ("method", .text(settings.method.rawValue)), ("momentum", settings.momentum.json { .number($0) }),
      ("momentum_convention", settings.method == .ema ? .text(settings.convention.rawValue) : .null),
      ("samples", .integer(found.samples)), ("batches", .integer(found.batches)),
      ("batch_size", .integer(settings.batchSize)), ("shuffled", .boolean(settings.isShuffled)),
      ("sequential", .boolean(settings.isSequential)), ("passes", .integer(found.report.passes)),
      ("dtype", .text("\(settings.type)")),
      ("calibrated_layers", .array(found.report.layers.map(json) + found.report.kept.map(json))),
    ]
  }

  private func json(_ layer: CalibratedLayer) -> JSONOutput {
    let (shift, ratio) = (layer.meanShift, layer.varianceRatio)
    func number(_ value: Double) -> JSONOutput { .number(layer.wasUsable ? value : .nan) }
    return .object([
      ("layer", .string(layer.layer)), ("outcome", .text("calibrated")),
      ("channels", .integer(layer.new.channels)), ("values_of_a_channel", .integer(layer.valueCount)),
      ("mean_shift_median", number(shift.median)), ("mean_shift_largest", number(shift.largest)),
      ("variance_ratio_median", number(ratio.median)),
      ("variance_ratio_smallest", number(ratio.smallest)),
      ("variance_ratio_largest", number(ratio.largest)),
    ])
  }

  private func json(_ layer: CalibrationReport.KeptLayer) -> JSONOutput {
    .object([
      ("layer", .string(layer.layer)), ("outcome", .text("kept")), ("reason", .text(layer.reason)),
    ])
  }
}
