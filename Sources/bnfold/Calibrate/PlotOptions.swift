import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// The drawing of how estimates come about.
struct PlotOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Draw how the estimates of a layer come about, batch by batch: an .svg file.", valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  @Option(help: ArgumentHelp("The layer that is drawn; the first one if absent.", valueName: "layer"))
  var plotLayer: String?

  func validate() throws {
    if let plot, !plot.hasSuffix(".svg") { throw ValidationError("--plot draws an .svg file.") }
    if plotLayer != nil, plot == nil { throw ValidationError("--plot-layer goes with --plot FILE.svg.") }
  }

  var watched: CalibrationOptions.WatchedLayer? {
    plot == nil ? nil : plotLayer.map { .named(ByteString($0)) } ?? .first
  }

  var path: ModelPaths? { plot.map { ModelPaths(model: $0, companion: nil) } }

  /// - Throws: `OutputError` where the file may not or cannot be written.
  func open(replaces: Bool) throws -> OutputFile? {
    try plot.map { try OutputFile(target: $0, replaces: replaces, permissions: 0o666) }
  }

  /// Draws into a file that has no name yet.
  ///
  /// - Throws: `OutputError` where the file cannot be written, `TaskFailure` where there is nothing to draw.
  func draw(_ trace: ConvergenceTrace?, into file: OutputFile?) throws {
    guard let file else { return }
    guard let trace else {
      throw TaskFailure(
        .malformed, "\(ByteString(file.target)): there is nothing to draw: no batch has a variance")
    }
    try file.write(Array(ConvergencePlot(trace: trace).svg.utf8))
  }
}
