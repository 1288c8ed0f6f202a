import ArrayFiles
import Arrays
import Bytes
import Calibration
import Elements
import Fixtures
import Inference
import ModelGraph
import Testing

/// Batch normalization in training against the layers of Keras and PyTorch.
@Suite struct TrainingLayerTests {
  private static let frameworks: [(MomentumConvention, String)] = [
    (.fractionKept, "keras"), (.fractionReplaced, "pytorch"),
  ]

  /// A case of a golden file.
  struct Case: CustomTestStringConvertible, Sendable {
    let convention: MomentumConvention
    let name: String
    var testDescription: String { "\(convention) \(name)" }

    func values(_ what: String) throws -> (shape: Shape, values: [Double]) {
      let file = try ArrayFile(opening: "\(Fixtures.directory)/training/\(convention.rawValue).safetensors")
      let array = try #require(file.arrays.first { $0.name == ByteString("\(name)/\(what)") })
      let bytes = try array.content.bytes(0..<array.byteCount)
      return (array.shape, bytes.withUnsafeBytes { array.elementType.decode($0) })
    }

    func array<Scalar: InferenceScalar>(_ what: String) throws -> DenseArray<Scalar> {
      let (shape, values) = try values(what)
      return DenseArray(shape: shape, values: values.map { Scalar($0) })
    }
  }

  private static func cases(_ type: String) -> [Case] {
    frameworks.flatMap { convention, name -> [Case] in
      guard let file = try? ArrayFile(opening: "\(Fixtures.directory)/training/\(name).safetensors") else {
        return []
      }
      let names = Set(file.arrays.map { String($0.name.description.split(separator: "/")[0]) })
      return names.filter { $0.hasSuffix(type) }.sorted().map { Case(convention: convention, name: $0) }
    }
  }

  @Test func `Both frameworks have cases of both types`() {
    #expect(Self.cases("float32").count == 11)
    #expect(Self.cases("float64").count == 11)
  }

  @Test(arguments: cases("float64"))
  func `float64 agrees to 1e-12`(example: Case) throws {
    // Sums of at most 180 terms on both sides: 2^-53 each, of values up to 10^3 times their spread.
    try check(example, Double.self, tolerance: 1e-12)
  }

  @Test(arguments: cases("float32"))
  func `float32 agrees to float32 rounding`(example: Case) throws {
    // The frameworks sum in float32: 2^-24 a term, of values up to 10^3 times their spread.
    try check(example, Float.self, tolerance: 2e-4)
  }

  private func check<Scalar: InferenceScalar>(
    _ example: Case, _: Scalar.Type, tolerance: Double
  ) throws {
    let axis = Int(try #require(example.values("axis").values.first))
    var layer = TrainingBatchNormalization(
      gamma: try example.values("gamma").values, beta: try example.values("beta").values,
      epsilon: try #require(example.values("epsilon").values.first), axis: axis,
      moving: ChannelStatistics(
        mean: try example.values("mean").values, variance: try example.values("variance").values),
      momentum: try #require(example.values("momentum").values.first), convention: example.convention)
    for step in 0..<3 {
      let output = try layer.train(on: example.array("input_\(step)") as DenseArray<Scalar>)
      let expected: DenseArray<Scalar> = try example.array("output_\(step)")
      #expect(output.shape == expected.shape)
      #expect(largestDifference(output.values, expected.values) < tolerance, "output \(step)")
      let (mean, variance) = (try example.values("mean_\(step)"), try example.values("variance_\(step)"))
      for channel in mean.values.indices {
        let size = variance.values[channel].squareRoot()
        #expect(abs(layer.moving.mean[channel] - mean.values[channel]) < tolerance * size)
        #expect(
          abs(layer.moving.variance[channel] - variance.values[channel]) < tolerance
            * variance.values[channel])
      }
    }
    let inferred = layer.infer(on: try example.array("input_0") as DenseArray<Scalar>)
    let expected: DenseArray<Scalar> = try example.array("inference")
    #expect(largestDifference(inferred.values, expected.values) < tolerance * 10, "inference")
  }

  private func largestDifference<Scalar: InferenceScalar>(_ left: [Scalar], _ right: [Scalar]) -> Double {
    zip(left, right).map { abs(Double($0) - Double($1)) }.max() ?? .infinity
  }

  @Test func `One value a channel is refused where PyTorch refuses it, and is zero in Keras`() throws {
    let input = DenseArray<Double>(shape: [1, 2], values: [3, 4])
    func layer(_ convention: MomentumConvention) -> TrainingBatchNormalization {
      TrainingBatchNormalization(
        gamma: [1, 1], beta: [5, 6], epsilon: 1e-3, axis: 1,
        moving: ChannelStatistics(mean: [0, 0], variance: [1, 1]), momentum: 0.5, convention: convention)
    }
    var pytorch = layer(.fractionReplaced)
    #expect(throws: BatchStatistics.SingleValue.self) { try pytorch.train(on: input) }
    #expect(pytorch.moving == ChannelStatistics(mean: [0, 0], variance: [1, 1]))
    var keras = layer(.fractionKept)
    #expect(try keras.train(on: input).values == [5, 6])
    #expect(keras.moving == ChannelStatistics(mean: [1.5, 2], variance: [0.5, 0.5]))
  }
}
