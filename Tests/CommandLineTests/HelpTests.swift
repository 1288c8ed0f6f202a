import Elements
import Fixtures
import Foundation
import NumPy
import Testing

/// What the help of each command says can be typed as it is.
@Suite struct HelpTests {
  private let directory = TemporaryDirectory()

  /// In an order in which each finds the files that it reads.
  private static let commands = [
    "plan", "fold", "verify", "inspect", "convert", "diff", "run", "explain", "lint", "calibrate",
  ]

  @Test func `Every example of every help works`() throws {
    let model = Fixtures.fixture("keras3", "pattern_resnet_block")
    let made = try Binary.run(["convert", model.path, directory.file("model.keras")])
    #expect(made.code == 0)
    for ending in ["keras", "onnx"] {
      let exported = try readFile("\(Fixtures.directory)/exported/classifier.\(ending)")
      try writeFile(directory.file("network.\(ending)"), exported)
    }
    mkdir(directory.file("models"), 0o777)
    try writeFile(directory.file("models/model.keras"), readFile(directory.file("model.keras")))
    try SmallStateDictionary.write(directory.file("weights.safetensors"))
    let input = try #require(try model.golden().inputs.first)
    let samples = NumPyArray(
      elementType: .float64, shape: input.shape, bytes: ElementType.float64.encode(input.values))
    try writeFile(directory.file("samples.npy"), samples.content)
    for command in Self.commands {
      let examples = try examples(of: command)
      #expect(!examples.isEmpty, "\(command) has no example")
      for example in examples {
        let line = example.replacing("bnfold ", with: "\"$0\" ", maxReplacements: 1)
        let outcome = try Binary.shell("cd \"$1\" && \(line)", [directory.path])
        #expect(outcome.code == 0, "\(example): \(outcome.errors)\(outcome.output)")
      }
    }
  }

  @Test func `The help of the tool lists all commands`() throws {
    let help = try Binary.run(["--help"]).output
    for command in Self.commands { #expect(help.contains("  \(command) ")) }
  }

  private func examples(of command: String) throws -> [String] {
    let help = try Binary.run([command, "--help"]).output
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(command) is wider than a terminal")
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.drop { $0 != "Examples:" }.dropFirst()
    return rest.prefix { $0.hasPrefix("  ") }.map { String($0.dropFirst(2)) }
  }
}
