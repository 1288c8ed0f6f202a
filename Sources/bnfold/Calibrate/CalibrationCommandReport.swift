import BatchNormFolding
import Bytes
import Jobs

/// What `bnfold calibrate` says.
struct CalibrationCommandReport {
  let command: CalibrateCommand
  let found: CalibrationAnswer
  /// What was folded; nil where that was not asked for.
  let folded: FoldAnswer?
  let check: EquivalenceReport?
  let notes: [String]

  func show(writtenTo target: String?) {
    let terminal = Terminal.standardOutput
    guard !command.json else {
      terminal.writeLine(json(target).serialized())
      return
    }
    var lines = [found.summary.line(for: command.model), ""] + table.lines(for: terminal) + ["", summary]
    if let folded { lines += [""] + LedgerReport(ledger: folded.ledger).lines(for: terminal) }
    if let check { lines += CheckReport(report: check).lines(for: terminal) }
    lines += command.readingOptions.trustedLines + notes.map { "Note: \($0)" }
    if let target {
      let paths = [target, command.target.outputArchitecture, command.plotOptions.plot].compactMap { $0 }
      lines.append("Written: " + paths.map { ByteString($0).description }.joined(separator: ", "))
    }
    for line in lines { terminal.writeLine(line) }
  }

  private var table: Table {
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

  private var summary: String {
    let estimation = command.estimation
    let (layers, kept) = (found.report.layers.count, found.report.kept.count)
    let what =
      switch estimation.method {
      case .pooled: "statistics of all data"
      case .population: "means over the batches"
      case .ema: "moving averages (\(estimation.momentumConvention.rawValue))"
      }
    let passes = found.report.passes == 1 ? "" : ", in \(found.report.passes) passes"
    return """
      \(layers) of \(layers + kept) batch normalizations calibrated: \(what), \(grouped(found.samples)) samples in \
      \(grouped(found.batches)) \(found.batches == 1 ? "batch" : "batches") of \
      \(grouped(min(estimation.batchSize, found.samples)))\(passes).
      """
  }

  private func json(_ target: String?) -> JSONOutput {
    func written(_ path: String?) -> JSONOutput { target == nil ? .null : path.map { .text($0) } ?? .null }
    let members: [(String, JSONOutput)] = [
      ("command", .text("calibrate")), ("version", .text(BNFold.configuration.version)),
      ("input", .text(command.model)), ("output", written(target)),
      ("output_architecture", written(command.target.outputArchitecture)),
      ("plot", written(command.plotOptions.plot)), ("keras_version", found.summary.versionJSON),
      command.readingOptions.trustedJSON,
    ]
    let results: [(String, JSONOutput)] = [
      ("layers", .array(found.report.layers.map(json) + found.report.kept.map(json))),
      ("batch_normalizations", folded.map { LedgerReport(ledger: $0.ledger).json } ?? .null),
      ("check", check.map { CheckReport(report: $0).json } ?? .null),
      ("notes", .array(notes.map { .text($0) })),
    ]
    return .object(members + settings + results)
  }

  private var settings: [(String, JSONOutput)] {
    let estimation = command.estimation
    let isMoving = estimation.method == .ema
    return [
      ("method", .text(estimation.method.rawValue)),
      ("momentum", estimation.momentum.map { .number($0) } ?? .null),
      ("momentum_convention", isMoving ? .text(estimation.momentumConvention.rawValue) : .null),
      ("samples", .integer(found.samples)), ("batches", .integer(found.batches)),
      ("batch_size", .integer(estimation.batchSize)), ("shuffled", .boolean(estimation.shuffle)),
      ("seed", Int(exactly: estimation.seed).map { .integer($0) } ?? .text("\(estimation.seed)")),
      ("sequential", .boolean(estimation.sequential)),
      ("passes", .integer(found.report.passes)), ("dtype", .text(estimation.dtype.rawValue)),
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
