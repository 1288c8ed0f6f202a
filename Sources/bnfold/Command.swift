import ArgumentParser

/// A command whose arguments are checked as a whole before it begins.
///
/// Not in `validate`: that runs while the arguments are read, so that what is missing would be said before what is misspelled.
protocol Command: ParsableCommand {
  /// Checks that the arguments go together.
  ///
  /// - Throws: `ValidationError`, with the way forward.
  func check() throws

  /// Does what is asked for.
  func perform() throws
}

extension Command {
  func check() throws {}

  func run() throws {
    try Exit.reporting(in: Self.configuration.commandName) {
      try check()
      try perform()
    }
  }
}
