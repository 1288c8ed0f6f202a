import Bytes
import Elements
import Inference
import ModelGraph
import Testing

/// A result has the same bits for any number of threads.
@Suite struct WorkSharingTests {
  private static func layer(
    _ operation: Operation, _ weights: [(Role, Shape)], generator: inout SeededGenerator
  ) -> Layer {
    var layer = Layer(name: "layer", className: "Layer", operation: operation)
    layer.variables = weights.map { role, shape in
      let values = (0..<shape.elementCount).map { _ in generator.nextSigned() }
      return Variable(
        role: role, isTrainable: true, name: ByteString("\(role)"), shape: shape, elementType: .float32,
        value: .computed(role == .movingVariance ? values.map { abs($0) } : values))
    }
    return layer
  }

  private static func convolution(
    _ kind: Convolution.Kind, size: Int, filters: Int?, strides: Int = 1, activation: Activation = .linear
  ) -> Operation {
    .convolution(
      Convolution(
        kind: kind, kernelSize: [size, size], strides: [strides, strides], dilation: [1, 1], padding: .same,
        dataFormat: .channelsLast, filters: filters, usesBias: true, activation: activation))
  }

  /// Layers that are large enough to be shared, with the shape of their input.
  private static let cases: [(name: String, operation: Operation, weights: [(Role, Shape)], input: Shape)] = [
    (
      "3x3", convolution(.regular(groups: 1), size: 3, filters: 96, activation: .swish),
      [(.kernel, [3, 3, 64, 96]), (.bias, [96])], [2, 40, 40, 64]
    ),
    (
      "groups", convolution(.regular(groups: 2), size: 3, filters: 64, strides: 2),
      [(.kernel, [3, 3, 32, 64]), (.bias, [64])], [1, 56, 56, 64]
    ),
    (
      "as many groups as channels", convolution(.regular(groups: 64), size: 7, filters: 128),
      [(.kernel, [7, 7, 1, 128]), (.bias, [128])], [1, 40, 40, 64]
    ),
    (
      "1x1", convolution(.regular(groups: 1), size: 1, filters: 600),
      [(.kernel, [1, 1, 128, 600]), (.bias, [600])], [1, 30, 30, 128]
    ),
    (
      "depthwise", convolution(.depthwise(multiplier: 2), size: 3, filters: nil),
      [(.depthwiseKernel, [3, 3, 64, 2]), (.bias, [128])], [1, 56, 56, 64]
    ),
    (
      "batch normalization",
      .batchNormalization(BatchNormalization(axes: [1], epsilon: 1e-3, centers: true, scales: true)),
      [(.gamma, [64]), (.beta, [64]), (.movingMean, [64]), (.movingVariance, [64])], [3, 64, 60, 60]
    ),
    ("activation", .activation(.gelu(approximate: true)), [], [1, 100, 100, 64]),
  ]

  @Test(arguments: cases.indices)
  func `Threads change nothing`(number: Int) throws {
    let (name, operation, weights, shape) = Self.cases[number]
    var generator = SeededGenerator(seed: 7)
    let layer = Self.layer(operation, weights, generator: &generator)
    let input = DenseArray<Float>(
      shape: shape, values: (0..<shape.elementCount).map { _ in Float(generator.nextSigned()) })
    let results = try [1, 2, 3, 8].map { threads in
      try GraphEvaluator<Float>(weights: NoWeights(), sharing: WorkSharing(threads: threads))
        .evaluate(layer, [input]).outputs[0]
    }
    for result in results.dropFirst() { #expect(result.values == results[0].values, "\(name)") }
  }

  /// Kernels of one channel each are computed as a depthwise convolution: against the sums as they are defined.
  @Test func `As many groups as channels are a depthwise convolution`() throws {
    var generator = SeededGenerator(seed: 3)
    let (channels, multiplier, size) = (3, 2, 5)
    let layer = Self.layer(
      Self.convolution(.regular(groups: channels), size: 3, filters: channels * multiplier),
      [(.kernel, [3, 3, 1, channels * multiplier]), (.bias, [channels * multiplier])], generator: &generator)
    let input = DenseArray<Double>(
      shape: [1, size, size, channels],
      values: (0..<size * size * channels).map { _ in generator.nextSigned() })
    let found = try GraphEvaluator<Double>(weights: NoWeights()).evaluate(layer, [input]).outputs[0]
    let kernel: [Double] = try #require(layer.variable(.kernel)).elements(from: NoWeights())
    let bias: [Double] = try #require(layer.variable(.bias)).elements(from: NoWeights())
    for (index, value) in found.values.enumerated() {
      let (position, output) = index.quotientAndRemainder(dividingBy: channels * multiplier)
      let (row, column) = position.quotientAndRemainder(dividingBy: size)
      var sum = bias[output]
      for (tap, offset) in (-1...1).flatMap({ y in (-1...1).map { (y, $0) } }).enumerated() {
        let (y, x) = (row + offset.0, column + offset.1)
        guard (0..<size).contains(y), (0..<size).contains(x) else { continue }
        sum +=
          input.values[(y * size + x) * channels + output / multiplier]
          * kernel[tap * channels * multiplier + output]
      }
      #expect(abs(value - sum) < 1e-13)
    }
  }
}
