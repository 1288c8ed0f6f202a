import ArgumentParser

/// What every command refuses: a stream in the place of a file, and an option twice, of which one would be lost.
enum GivenArguments {
  /// Options that may be given several times.
  private static let lists: Set<String> = ["--skip", "--input", "--data", "--trust-class"]
  private static let longNames = ["-o": "--output", "-i": "--input"]

  /// - Parameter arguments: those behind the name of the command's file.
  /// - Throws: `ValidationError`, with the way forward.
  static func check(_ arguments: some Sequence<String>) throws {
    var given: Set<String> = []
    for argument in arguments.prefix(while: { $0 != "--" }) {
      guard argument != "-" else {
        throw ValidationError(
          "- means a stream: bnfold reads models at many places and replaces files in one step. Give a path."
        )
      }
      guard argument.hasPrefix("-"), argument.count > 1 else { continue }
      let name = String(argument.prefix { $0 != "=" })
      let option = longNames[name] ?? name
      guard given.insert(option).inserted || lists.contains(option) else {
        throw ValidationError("\(option) is given twice.")
      }
    }
  }
}
