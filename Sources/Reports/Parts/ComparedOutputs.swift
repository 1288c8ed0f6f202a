import BatchNormFolding
import Bytes

/// What running both models shows, in a line for each output.
struct ComparedOutputs {
  private let runs: RunOutcome

  init(_ runs: RunOutcome) { self.runs = runs }

  /// Outputs that are listed; the rest is counted.
  private static let shown = 4

  func lines(for style: TextStyle) -> [String] {
    switch runs {
    case .notRun(let why): return ["not run: \(why)"]
    case .run(let outputs):
      // What is before a final activation is for programs: a line for each output is enough to read.
      let outputs = outputs.filter { !$0.isBeforeActivation }
      guard style.detail != .everything else {
        return outputs.map { "\($0.name) on inputs \($0.inputs): \(words($0))" }
      }
      var names: [ByteString] = []
      for output in outputs where !names.contains(output.name) { names.append(output.name) }
      let lines = names.prefix(Self.shown).compactMap { name in
        Self.most(outputs.filter { $0.name == name }).map { "\(name)  \(words($0))" }
      }
      return lines
        + (names.count > Self.shown ? ["and \(counted(names.count - Self.shown, "more output"))"] : [])
    }
  }

  /// The run that is furthest apart, of those that show something.
  private static func most(_ runs: [OutputRun]) -> OutputRun? {
    runs.filter { $0.emptiness == nil }.max { $0.difference < $1.difference } ?? runs.first
  }

  private func words(_ run: OutputRun) -> String {
    if let emptiness = run.emptiness { return "shows nothing: \(emptiness)" }
    return """
      off by at most \(scientific(run.difference)) of its largest value in float32 (own rounding: \
      \(scientific(run.ownRounding)))
      """ + (run.nonFiniteWords.map { "; \($0)" } ?? "")
  }
}
