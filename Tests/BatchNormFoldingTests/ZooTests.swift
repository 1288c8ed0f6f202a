import BatchNormFolding
import Fixtures
import Foundation
import Inference
import Testing

/// The team's shared collection of some 470 models, where it is there.
@Suite struct ZooTests {
  /// The archive; without it the tests are skipped.
  private static let archive = Fixtures.shared.map { "\($0)/zoo/tiny.tar.xz" }.flatMap {
    FileManager.default.fileExists(atPath: $0) ? $0 : nil
  }

  private static func unpack(into directory: TemporaryDirectory) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["tar", "-xJf", archive ?? "", "-C", directory.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// Files whose recorded outputs are not what the stored weights give, each with its reason.
  private static let otherGolden: Set<String> = [
    "bn_training_arg_true",  // tf_keras uses the statistics of the batch
    "k_conv2d_cf_biasbug", "k_conv2d_cf_bn_last",  // Keras 3 adds a bias along the wrong axis
  ]

  @Test(
    .slow, .enabled(if: archive != nil, "the shared collection of models is not there"),
    arguments: [("k3", 178), ("tfk", 143), ("k224", 13)])
  func `Every file folds, passes its check, and computes the recorded outputs`(
    family: String, atLeast: Int
  ) throws {
    let directory = TemporaryDirectory()
    try Self.unpack(into: directory)
    defer { try? FileManager.default.removeItem(atPath: directory.file("tiny")) }
    let folder = directory.file("tiny/\(family)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
      name.hasSuffix(".h5") && !name.hasSuffix(".weights.h5") && !name.hasSuffix(".legacyw.h5")
    }
    var folded = 0
    var compared = 0
    for name in names.sorted() {
      let stem = String(name.dropLast(3))
      let plan = try ModelFile(opening: "\(folder)/\(name)").fold()
      folded += plan.ledger.folded.count
      let output = directory.file("folded.h5")
      var options = WriteOptions()
      options.replaces = true
      let report = try #require(try plan.write(to: output, options: options), "\(name)")
      #expect(report.passed, "\(name)")
      guard report.isComplete, !Self.otherGolden.contains(stem) else { continue }
      let golden = try Golden(reading: "\(folder)/\(stem).io.safetensors")
      guard !golden.outputs.isEmpty else { continue }
      let model = try ModelFile(opening: output).model
      let result = try GraphEvaluator<Double>(weights: model.weights).evaluate(
        model.graph, inputs: golden.inputs)
      // float16 computes in 11 bits; elsewhere the framework's float32 noise decides.
      let tolerance = stem.contains("float16") || stem.contains("conv16") ? 2e-2 : 1e-4
      for (found, expected) in zip(result.outputs, golden.outputs) {
        #expect(relativeError(found, expected) < tolerance, "\(name)")
      }
      compared += 1
    }
    #expect(folded >= atLeast)
    #expect(compared * 10 > names.count * 8)
  }
}
