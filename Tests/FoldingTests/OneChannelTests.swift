import Equivalence
import ModelGraph
import Testing

/// A batch normalization with one number does not normalize an axis of several channels.
@Suite struct OneChannelTests {
  private func model(axis: Int) -> ModelBuilder {
    var builder = ModelBuilder(seed: 5)
    let input = builder.input([4, 1])
    let normalization = builder.batchNormalization("bn", channels: 1, axis: axis)
    builder.graph.outputs = [builder.add(normalization, inputs: [input])]
    return builder
  }

  @Test(arguments: [(2, true), (1, false)])
  func `Its axis has one element`(axis: Int, isProven: Bool) throws {
    let report = try Harness.report(model(axis: 2).model, model(axis: axis).model)
    #expect((report.verdict == .equal) == isProven)
  }
}
