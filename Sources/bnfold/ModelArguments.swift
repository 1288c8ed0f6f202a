import ArgumentParser
import Bytes
import Jobs
import Reports

/// The models of a command that takes several.
struct ModelArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The models: .h5, .keras, or weights (.weights.h5) with --architecture; also patterns such as 'models/*.h5'.",
      valueName: "model"), completion: .models)
  private var models: [String]

  @Flag(help: "Look for models in the folders that are given, and in those within.")
  private var recursive = false

  @Flag(help: "With several models: end at the first that fails.")
  var failFast = false

  /// The only model; nil where there may be several.
  var single: String? {
    models.count == 1 && !recursive && !ModelSearch.isPattern(models[0]) ? models[0] : nil
  }

  /// - Parameter folder: where outputs go, whose files are no models to be found.
  /// - Throws: `ValidationError` where an argument means nothing, or a name cannot be written.
  func found(besides folder: String? = nil) throws -> [ModelSearch.Found] {
    if models.contains("") { throw ValidationError("A path is empty.") }
    if let single { return [ModelSearch.Found(path: single)] }
    var seen: Set<FileIdentity> = []
    return try models.flatMap { argument in
      let all = ModelSearch(argument, isRecursive: recursive).found
      let found = all.filter { model in folder.map { !model.path.hasPrefix($0 + "/") } ?? true }
      if let name = all.lazy.map(\.path).first(where: { $0.contains("\u{FFFD}") }) {
        throw ValidationError("\(ByteString(name)): the name is not UTF-8; rename the file.")
      }
      guard !found.isEmpty else {
        throw ValidationError(
          ModelSearch.isPattern(argument)
            ? "No file has a name like \(ByteString(argument))."
            : "There is no model in \(ByteString(argument)): no name ends in \(ModelSearch.endings.joined(separator: ", "))."
        )
      }
      return found
    }.filter { model in FileIdentity(model.path).map { seen.insert($0).inserted } ?? true }
  }

  /// What is done to each model, and held against gates.
  func work(_ gates: Gates, _ perform: @escaping @Sendable (String) throws -> Report) throws -> Work {
    let paths = try found().map(\.path)
    return Work(paths, isOfSeveral: single == nil, failsFast: failFast) { index in
      var report = try perform(paths[index])
      let objections = gates.objections(to: report)
      if !objections.isEmpty { report.outcome = .failed(objections) }
      return report
    }
  }
}
