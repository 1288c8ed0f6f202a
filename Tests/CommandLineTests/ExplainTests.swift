import Fixtures
import Foundation
import LosslessJSON
import Testing

/// `explain`, the drawing, and the options that choose what may be folded.
@Suite struct ExplainTests {
  private let model = Fixtures.fixture("keras3", "pattern_densenet_block").path

  @Test func `A batch normalization that stays has both obstacles and advice`() throws {
    let outcome = try Binary.run(["explain", model, "bn_outer"])
    #expect(outcome.code == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.contains("It would stay."))
    #expect(outcome.output.contains("  no-producer: input is an input of the model\n  What to do: "))
    #expect(outcome.output.contains("  activation: relu_outer is not linear"))
  }

  @Test func `A batch normalization that folds has its rules`() throws {
    let outcome = try Binary.run(["explain", model, "bn_inner"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("It would fold.\n\nInto:\n  bottleneck\n"))
    #expect(outcome.output.contains("  convolution: "))
  }

  @Test func `The story as JSON`() throws {
    let outcome = try Binary.run(["explain", model, "bn_outer", "--json"])
    let story = try JSONDocument(parsing: Array(outcome.output.utf8)).root["batch_normalization"]
    #expect(story?["layer"]?.string == "bn_outer")
    #expect(story?["forwards_code"]?.string == "activation")
    #expect(story?["advice"]?.string?.bytes.isEmpty == false)
    let other = try Binary.run(["explain", model, "bn_inner", "--json"])
    let folded = try JSONDocument(parsing: Array(other.output.utf8)).root["batch_normalization"]
    #expect(folded?["layer"]?.string == "bn_inner" && folded?["outcome"]?.string == "folded")
  }

  @Test(arguments: [
    ["explain"], ["explain", "in.h5"], ["inspect", "in.h5", "--graph", "out.png"],
    ["inspect", "in.h5", "--rules", "nonsense"], ["inspect", "in.h5", "--max-growth", "-1"],
    ["fold", "in.safetensors", "--plan", "plan.yaml", "-o", "out", "--skip", "bn"],
  ])
  func `Wrong usage ends with 64`(arguments: [String]) throws {
    #expect(try Binary.run(arguments).code == 64)
  }

  @Test func `A name that is none of a batch normalization ends with 64 and no output`() throws {
    let directory = TemporaryDirectory()
    for arguments in [
      ["explain", model, "bn"], ["fold", model, "-o", directory.file("out.h5"), "--skip", "bn"],
    ] {
      let outcome = try Binary.run(arguments)
      #expect(outcome.code == 64)
      #expect(outcome.errors.contains("no batch normalization with the name bn"))
    }
    #expect(directory.contents.isEmpty)
  }

  @Test func `What is skipped stays, and what remains is equal`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("out.h5")
    let outcome = try Binary.run(["fold", model, "-o", path, "--skip", "bn_inner"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("0 of 2 batch normalizations folded\n"))
    #expect(try Binary.run(["verify", model, path]).code == 0)
  }

  @Test func `The drawing has every layer and every wire`() throws {
    let directory = TemporaryDirectory()
    #expect(try Binary.run(["inspect", model, "--graph", directory.file("model.dot")]).code == 0)
    #expect(directory.contents == ["model.dot"])
    let text = try String(contentsOfFile: directory.file("model.dot"), encoding: .utf8)
    #expect(text.hasPrefix("digraph model {"))
    for layer in ["input", "bn_outer", "relu_outer", "bottleneck", "bn_inner"] {
      #expect(text.contains("  \"\(layer)\" [label="))
    }
    #expect(text.contains("\"bn_outer\" -> \"relu_outer\";"))
    #expect(text.contains("stays: no-producer"))
  }

  @Test func `The picture is one file, which is replaced only where that is asked for`() throws {
    let directory = TemporaryDirectory()
    let picture = directory.file("model.svg")
    #expect(try Binary.run(["inspect", model, "--graph", picture]).code == 0)
    #expect(directory.contents == ["model.svg"])
    let text = try String(contentsOfFile: picture, encoding: .utf8)
    #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
    for layer in ["input", "bn_outer", "relu_outer", "bottleneck", "bn_inner"] {
      #expect(text.contains("<title>\(layer)\n"))
    }
    #expect(text.contains(">no-producer</text>") && text.contains("stays: no-producer: "))
    #expect(try Binary.run(["inspect", model, "--graph", picture]).code == 73)
    #expect(try Binary.run(["inspect", model, "--graph", picture, "--force"]).code == 0)
  }
}
