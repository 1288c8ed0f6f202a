import ArgumentParser

extension CommandConfiguration {
  /// A command with its usage in one line, and with examples at the end of its help.
  ///
  /// - Parameters:
  ///   - name: what the command is called.
  ///   - abstract: what it does, in a line.
  ///   - arguments: what has to be given, such as `<model> -o <output>`.
  ///   - discussion: what else is to be known.
  ///   - examples: whole command lines, which a test runs one after the other.
  init(
    _ name: String, abstract: String, arguments: String, discussion: String = "", examples: [String]
  ) {
    let list = "Examples:\n" + examples.map { "  " + $0 }.joined(separator: "\n")
    self.init(
      commandName: name, abstract: abstract, usage: "bnfold \(name) [<options>] \(arguments)",
      discussion: discussion.isEmpty ? list : discussion + "\n\n" + list)
  }
}
