import Fixtures
import Foundation
import Testing

/// From weights without a graph to folded ones: the plan is proposed, edited, and used.
@Suite struct PlanTests {
  @Test(arguments: ["remove", "reset"])
  func `A proposed plan folds`(outcome: String) throws {
    let directory = TemporaryDirectory()
    let (weights, plan, output) = (
      directory.file("a.safetensors"), directory.file("plan.yaml"), directory.file("b.safetensors")
    )
    try SmallStateDictionary.write(weights)
    let proposal = try Binary.run(["plan", weights, "-o", plan, "--outcome", outcome])
    #expect(proposal.code == 0)
    #expect(proposal.output.contains("family: resnet"))
    #expect(proposal.output.contains("2 of 2 batch normalizations can be folded\n"))
    #expect(
      try Binary.run(["plan", weights, "--outcome", outcome]).output
        == String(decoding: readFile(plan), as: UTF8.self))
    let fold = try Binary.run(["fold", weights, "--plan", plan, "-o", output])
    #expect(fold.code == 0, "\(fold.errors)")
    #expect(fold.output.contains("2 of 2 batch normalizations folded\n"))
    #expect(fold.output.contains("✓ equal: "))
    #expect(directory.contents == ["a.safetensors", "b.safetensors", "plan.yaml"])
    #expect(try Binary.run(["verify", weights, output, "--plan", plan]).output.contains("✓ equal: "))
    let inspection = try Binary.run(["inspect", weights, "--plan", plan]).output
    #expect(
      inspection.contains("2 of 2 batch normalizations can be folded\n") && inspection.contains("float32"))
    // Without a plan nobody knows what these numbers are.
    #expect(try Binary.run(["inspect", weights]).output.contains("bnfold plan proposes what to fold"))
    let names = try Binary.run(["plan", output]).output
    #expect(names.contains("layer1.0.bn1") == (outcome == "reset"))
  }

  @Test
  func `Epsilon is asked for where it is not known, and taken from the configuration beside the weights`()
    throws
  {
    let directory = TemporaryDirectory()
    let (weights, plan) = (directory.file("model.safetensors"), directory.file("plan.yaml"))
    try SmallStateDictionary.write(weights, epsilonIsKnown: false)
    let proposal = try Binary.run(["plan", weights, "-o", plan])
    #expect(proposal.output.contains("epsilon is not in the file"))
    let fold = try Binary.run(["fold", weights, "--plan", plan, "-o", directory.file("out.safetensors")])
    #expect(fold.code == 65)
    #expect(fold.errors.contains("epsilon is missing"))
    #expect(directory.contents == ["model.safetensors", "plan.yaml"])
    try writeFile(directory.file("config.json"), Array(#"{"architecture": "tf_efficientnet_b0"}"#.utf8))
    #expect(try Binary.run(["plan", weights]).output.contains("epsilon: 0.001"))
  }

  @Test func `Mistakes are refused with what to do`() throws {
    let directory = TemporaryDirectory()
    let (weights, plan, output) = (
      directory.file("a.safetensors"), directory.file("plan.yaml"), directory.file("out.safetensors")
    )
    try SmallStateDictionary.write(weights)
    try writeFile(plan, Array("version: 1\nfolds:\n  - kernel: x\n".utf8))
    let model = Fixtures.fixture("keras3", "dense").path
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["fold", weights, "-o", output], 65, "bnfold plan"),
      (["fold", weights, "--plan", plan, "-o", output], 65, "plan.yaml: line 3: layout is missing"),
      (["fold", weights, "--plan", directory.file("none"), "-o", output], 66, "none"),
      (["fold", weights, "--plan", plan, "-o", output, "--require-full-check"], 64, "cannot be met"),
      (["fold", weights, "--plan", plan, "-o", plan, "--force"], 64, "files that are read"),
      (["plan", model], 65, "dense.h5"), (["plan", weights, "--outcome", "keep"], 64, "remove"),
      (["plan", weights, "-o", plan], 73, "--force"), (["plan", weights, "--json"], 64, "-o"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Binary.run(arguments)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(!directory.contents.contains("out.safetensors"))
    }
  }
}
