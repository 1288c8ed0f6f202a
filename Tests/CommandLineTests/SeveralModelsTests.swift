import Fixtures
import Foundation
import LosslessJSON
import Testing

/// Several models in one call.
@Suite struct SeveralModelsTests {
  private let directory = TemporaryDirectory()

  /// A folder with two models, a third one in a folder within, and what is none.
  private func models() throws -> String {
    let folder = directory.file("models")
    mkdir(folder, 0o777)
    mkdir(folder + "/inner", 0o777)
    for (name, fixture) in [
      ("a.h5", "pattern_resnet_block"), ("b.h5", "pattern_densenet_block"), ("inner/a.h5", "dense"),
    ] {
      try writeFile("\(folder)/\(name)", readFile(Fixtures.fixture("keras3", fixture).path))
    }
    try writeFile(folder + "/notes.txt", [65])
    return folder
  }

  @Test func `Each is a line, in the order in which they are given, and a summary follows`() throws {
    let folder = try models()
    let outcome = try Binary.run(["fold", "\(folder)/b.h5", "\(folder)/a.h5"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("✓ \(folder)/b.h5 -> \(folder)/b.folded.h5: 1 of 2 folded, equal  "))
    #expect(lines[1].hasPrefix("✓ \(folder)/a.h5 -> \(folder)/a.folded.h5: 3 of 3 folded, equal  "))
    #expect(lines[2].hasPrefix("2 of 2 models done  "))
    // What a fold has written is not folded again.
    let again = try Binary.run(["inspect", "-q", "--recursive", folder])
    #expect(again.output.split(separator: "\n").count == 4 && !again.output.contains(".folded."))
  }

  @Test func `A folder keeps its folders`() throws {
    let (folder, output) = (try models(), directory.file("out/deep"))
    let outcome = try Binary.run(["fold", folder, "--recursive", "--output-folder", output])
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in ["a.h5", "b.h5", "inner/a.h5"] {
      #expect(try Binary.run(["verify", "\(folder)/\(name)", "\(output)/\(name)"]).code == 0)
    }
  }

  @Test func `A name that is not UTF-8 is refused, since another file may have its letters`() throws {
    let folder = try models()
    let line = #"cp "$1/a.h5" "$1/$(printf 'k\377.h5')" && "$0" inspect "$1/k"*.h5"#
    #expect(try Binary.shell(line, [folder]).code == 64)
    let outcome = try Binary.run(["inspect", folder, "--recursive"])
    #expect(outcome.code == 64 && outcome.errors.contains("is not UTF-8"))
  }

  @Test func `A pattern is for the tool where the shell has left it`() throws {
    let folder = try models()
    let outcome = try Binary.run(["inspect", "\(folder)/*.h5", "--json"])
    let root = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    #expect(root["models"]?["all"]?.integer == 2)
    let paths = root["reports"]?.array?.compactMap {
      $0["inputs"]?.array?.first?["path"]?.string?.description
    }
    #expect(paths == ["\(folder)/a.h5", "\(folder)/b.h5"])
    // A file that has such a name is that file.
    try writeFile(folder + "/[x].h5", readFile(folder + "/a.h5"))
    #expect(try Binary.run(["inspect", folder + "/[x].h5"]).output.hasPrefix(folder + "/[x].h5\n"))
  }

  @Test func `One that fails stops no other, and the worst exit code is that of all`() throws {
    let folder = try models()
    let broken = Fixtures.malformed("truncated")
    let arguments = ["\(folder)/a.h5", broken, "\(folder)/none.h5", "\(folder)/b.h5"]
    let outcome = try Binary.run(["fold"] + arguments + ["--output-folder", directory.file("out")])
    #expect(outcome.code == 66)
    #expect(
      outcome.output.contains(
        "2 of 4 models done, 1 with errors (exit code 65), 1 with errors (exit code 66)"))
    #expect(outcome.errors.split(separator: "\n").count == 2 && outcome.errors.contains("truncated.h5"))
    let gate = try Binary.run(["inspect", "\(folder)/a.h5", "\(folder)/b.h5", "--fail-on", "kept"])
    #expect(gate.code == 1 && gate.output.contains("1 of 2 models done, 1 failed"))
    #expect(gate.errors.hasPrefix("bnfold: \(folder)/b.h5: 1 batch normalization stays"))
  }

  @Test func `With fail-fast nothing begins after the first failure`() throws {
    let folder = try models()
    let many = [String](repeating: "\(folder)/a.h5", count: 1) + (0..<40).map { "\(folder)/none\($0).h5" }
    let outcome = try Binary.run(["inspect"] + many + ["--fail-fast"])
    #expect(outcome.code == 66)
    #expect(outcome.errors.split(separator: "\n").count < 10)
    #expect(outcome.output.contains(#/1 of 41 models done, \d with errors \(exit code 66\), 3\d not begun/#))
  }
}
