import ArgumentParser
import Bytes
import Glibc

/// What every command refuses: a stream in the place of a file, and an option twice, of which one would be lost.
enum GivenArguments {
  /// Options that may be given several times.
  private static let lists: Set<String> = [
    "--skip", "--input", "--data", "--trust-class", "--report", "--fail-on",
  ]
  private static let longNames = [
    "-o": "--output", "-i": "--input", "-q": "--quiet", "-v": "--all", "--verbose": "--all",
  ]

  /// - Parameters:
  ///   - arguments: those after the name of the command's file.
  ///   - commands: what they may begin with.
  /// - Throws: `ValidationError`, with the way forward.
  static func check(_ arguments: some Sequence<String>, commands: [String]) throws {
    let words = Array(arguments.prefix(2))
    for command in words.first == "help" ? Array(words.dropFirst()) : Array(words.prefix(1))
    where !command.hasPrefix("-") && !(commands + ["help"]).contains(command) {
      throw unknown(command, commands)
    }
    var given: Set<String> = []
    for argument in arguments where argument.contains("\u{FFFD}") {
      throw ValidationError("\(ByteString(argument)): the argument is not UTF-8; rename the file.")
    }
    for argument in arguments.prefix(while: { $0 != "--" }) {
      if argument.hasPrefix("-"), argument.count > 2, access(argument, F_OK) == 0 {
        throw ValidationError(
          "\(ByteString(argument)) is a file that begins like an option; write ./\(ByteString(argument)).")
      }
      guard argument != "-" else {
        throw ValidationError(
          "- means a stream: bnfold reads models at many places and replaces files in one step. Give a path."
        )
      }
      guard argument.hasPrefix("-"), argument.count > 1 else { continue }
      try checkLetters(argument)
      let name = String(argument.prefix { $0 != "=" })
      let option = longNames[name] ?? name
      guard given.insert(option).inserted || lists.contains(option) else {
        throw ValidationError("\(option) is given twice.")
      }
    }
  }

  /// Refuses `-x.h5`, of which the parser would take the `h` for `-h`, print help and end with 0.
  private static func checkLetters(_ argument: String) throws {
    guard !argument.hasPrefix("--"), argument.count > 2 else { return }
    let letters = argument.dropFirst().prefix { $0 != "=" }
    guard !letters.allSatisfy({ $0 == "h" || $0 == "V" || longNames["-\($0)"] != nil }) else { return }
    throw ValidationError(
      "There is no option \(ByteString(argument)); if it is a file, write ./\(ByteString(argument)).")
  }

  private static func unknown(_ command: String, _ commands: [String]) -> ValidationError {
    if command.contains(".") || command.contains("/") {
      return ValidationError(
        "\(ByteString(command)) is not a command; say what to do with it, such as: bnfold inspect \(ByteString(command))"
      )
    }
    return ValidationError(
      "There is no command \(ByteString(command)).\(DidYouMean(command, commands)) There are: \(commands.joined(separator: ", "))."
    )
  }
}
