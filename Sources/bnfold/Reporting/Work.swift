import ArgumentParser
import Reports

/// What a command has to do: one thing, or the same for each of several models.
struct Work: Sendable {
  let steps: [Step]
  /// Whether each report is a line of its own, and a summary follows.
  let isOfSeveral: Bool
  /// Whether the first that fails is the end.
  let failsFast: Bool

  /// Other files that are read or written, such as an architecture, an output or a baseline.
  private(set) var others: [String] = []

  /// The same work, which reads or writes other files as well.
  func besides(_ paths: [String?]) -> Work {
    var work = self
    work.others += paths.compactMap(\.self)
    return work
  }

  /// What makes a report.
  struct Step: Sendable {
    /// The files that it reads, for the report of an error.
    let inputs: [ReportedFile]
    let perform: @Sendable () throws -> Report
  }

  /// One thing.
  init(_ inputs: [ReportedFile], _ perform: @escaping @Sendable () throws -> Report) {
    (steps, isOfSeveral, failsFast) = ([Step(inputs: inputs, perform: perform)], false, false)
  }

  /// One thing with files that have a role each.
  init(_ paths: [String], as roles: [ReportedFile.Role], _ perform: @escaping @Sendable () throws -> Report) {
    self.init(zip(roles, paths).map { ReportedFile($0, $1) }, perform)
  }

  /// The same for each of several models.
  ///
  /// - Parameter perform: is given the number of the model.
  init(
    _ models: [String], isOfSeveral: Bool, failsFast: Bool,
    _ perform: @escaping @Sendable (Int) throws -> Report
  ) {
    steps = models.enumerated().map { index, path in
      Step(inputs: [ReportedFile(.model, path)]) { try perform(index) }
    }
    (self.isOfSeveral, self.failsFast) = (isOfSeveral, failsFast)
  }
}
