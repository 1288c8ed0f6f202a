import Bytes
import Folding
import KerasFormat
import ModelGraph
import Testing

/// Keras 3 takes a term with one axis for a bias, and adds it along the last axis where the sizes are the same.
///
/// Source: keras/src/backend/tensorflow/numpy.py `add`, seen in 3.15.
@Suite struct SumTakenForBiasTests {
  /// The sum of a tensor and a convolution's result of another width, each with its channels first, then normalized.
  private func plan(width: Int, second: Int, constraint: BiasAddition, _ merge: Merge = .add) throws
    -> FoldPlan
  {
    var builder = ModelBuilder(seed: 3)
    let input = builder.input([3, width])
    let other = builder.input([3, second])
    let terms: [(TensorReference, ByteString)] = [(input, "a"), (other, "b")]
    let places = terms.map { input, name in
      let normalization = builder.batchNormalization(name, channels: 3, axis: 1)
      return builder.add(normalization, inputs: [input])
    }
    let sum = builder.add(builder.layer(.merge(merge), "sum", []), inputs: places)
    let normalization = builder.batchNormalization("bn", channels: 3, axis: 1)
    builder.graph.outputs = [builder.add(normalization, inputs: [sum])]
    return try Harness.plan(builder, constraints: [constraint], rules: .all)
  }

  private func isRefused(_ plan: FoldPlan) -> Bool { Harness.refusals(plan)["bn"] == .biasAxis }

  @Test func `A term that may be taken for a bias along the last axis stops the fold`() throws {
    #expect(try isRefused(plan(width: 3, second: 1, constraint: .guessesTheAxis)))
    #expect(try isRefused(plan(width: 3, second: 1, constraint: .guessesTheAxis, .average)))
  }

  @Test func `Other sizes, other layers and other releases are folded`() throws {
    #expect(try !isRefused(plan(width: 4, second: 1, constraint: .guessesTheAxis)))
    #expect(try !isRefused(plan(width: 3, second: 3, constraint: .guessesTheAxis)))
    #expect(try !isRefused(plan(width: 3, second: 1, constraint: .exactUnlessInKeras3)))
    #expect(try !isRefused(plan(width: 3, second: 1, constraint: .guessesTheAxis, .subtract)))
  }
}
