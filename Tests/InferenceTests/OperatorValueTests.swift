import Elements
import Inference
import ModelGraph
import Testing

/// Convolutions and pooling as other tools compute them.
///
/// The numbers are ONNX Runtime 1.32.0's, with which PyTorch 2.15.0 and the reference of onnx 1.23.2 agree wherever they have the
/// attribute, but for what is said beside a case. Inputs count from -3 to 3, kernels from -2 to 2.
@Suite struct OperatorValueTests {
  struct ConvolutionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let input: Shape
    let kernel: Shape
    var strides: [Int]?
    var dilation: [Int]?
    var padding: Padding
    /// Of a transposed convolution.
    var outputPadding: [Int]?
    var groups = 1
    let shape: Shape
    let values: [Double]

    var operation: Operation {
      let size = Array(kernel[2...])
      let ones = size.map { _ in 1 }
      return .convolution(
        Convolution(
          kind: outputPadding.map { .transposed(outputPadding: $0, groups: groups) }
            ?? .regular(groups: groups),
          kernelSize: size, strides: strides ?? ones, dilation: dilation ?? ones, padding: padding,
          dataFormat: .channelsFirst, filters: shape[1], usesBias: false, activation: .linear,
          kernelLayout: outputPadding == nil ? .outputFirst : .inputFirst))
    }
  }

  private static func edges(_ amounts: (Int, Int)...) -> Padding {
    .explicit(amounts.map { EdgeAmounts(before: $0, after: $1) })
  }

  @Test(arguments: [
    ConvolutionCase(
      testDescription: "groups", input: [1, 4, 3], kernel: [4, 2, 2], padding: edges((1, 0)), groups: 2,
      shape: [1, 4, 3], values: [3, 9, 7, 6, -2, -3, 7, -1, -8, 5, -5, -4]),
    ConvolutionCase(
      testDescription: "depthwise, two filters a channel", input: [1, 2, 5], kernel: [4, 1, 3], strides: [2],
      padding: edges((1, 1)), groups: 2, shape: [1, 4, 3],
      values: [3, 5, -1, -2, -4, 2, 3, -5, 2, -7, 14, -2]),
    ConvolutionCase(
      testDescription: "each axis by its own numbers", input: [1, 2, 3, 3], kernel: [3, 2, 2, 2],
      dilation: [2, 1], padding: edges((1, 0), (0, 1)), shape: [1, 3, 2, 3],
      values: [-1, -1, 3, 5, 2, 4, -3, 8, -10, -12, 3, 3, 5, 2, 2, 1, -6, -3]),
    ConvolutionCase(
      testDescription: "SAME_LOWER", input: [1, 1, 5], kernel: [1, 1, 4], strides: [2],
      padding: .same(odd: .before), shape: [1, 1, 3], values: [-2, 8, 2]),
    ConvolutionCase(
      testDescription: "SAME_UPPER", input: [1, 1, 5], kernel: [1, 1, 4], strides: [2], padding: .same,
      shape: [1, 1, 3], values: [2, 6, -1]),
  ])
  func `A convolution`(convolution: ConvolutionCase) throws { try check(convolution) }

  /// The reference of onnx refuses the first one, and gives nine elements for the last one, as its input is three strides long.
  @Test(arguments: [
    ConvolutionCase(
      testDescription: "groups", input: [1, 4, 3], kernel: [4, 2, 3], strides: [2], padding: edges((1, 0)),
      outputPadding: [1], groups: 2, shape: [1, 4, 7],
      values: [
        3, 3, 2, 1, 1, 2, 0, -6, 6, -6, 6, -6, 0, 0, 1, 8, -3, -5, 0, -6, 0, -3, 5, 3, 3, 2, 1, 0,
      ]),
    ConvolutionCase(
      testDescription: "depthwise, elements that no window reaches", input: [1, 2, 3], kernel: [2, 1, 2],
      strides: [3], padding: edges((0, 0)), outputPadding: [2], groups: 2, shape: [1, 2, 10],
      values: [6, 3, 0, 4, 2, 0, 2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0]),
    ConvolutionCase(
      testDescription: "each axis by its own numbers", input: [1, 2, 2, 3], kernel: [2, 3, 3, 2],
      strides: [2, 1], dilation: [1, 2], padding: edges((0, 2), (1, 0)), outputPadding: [0, 0],
      shape: [1, 3, 3, 4],
      values: [
        1, 9, -4, -3, 6, -2, 1, 1, -6, 2, 0, 0, -4, -9, 6, 4, 1, -5, -4, -2, 0, 11, -4, -5, 6, -2, 1, 1, -4,
        7, 1, 0, -4, -10, 7, 5,
      ]),
    ConvolutionCase(
      testDescription: "SAME_LOWER", input: [1, 1, 3], kernel: [1, 1, 4], padding: .same(odd: .before),
      outputPadding: [0], shape: [1, 1, 3], values: [4, -2, -2]),
    ConvolutionCase(
      testDescription: "SAME_UPPER", input: [1, 1, 3], kernel: [1, 1, 4], padding: .same,
      outputPadding: [0], shape: [1, 1, 3], values: [7, 4, -2]),
    ConvolutionCase(
      testDescription: "SAME_LOWER with a stride", input: [1, 1, 3], kernel: [1, 1, 5], strides: [2],
      padding: .same(odd: .before), outputPadding: [0], shape: [1, 1, 6], values: [4, -1, -4, -1, -4, -1]),
    ConvolutionCase(
      testDescription: "SAME_LOWER with an output padding", input: [1, 1, 3], kernel: [1, 1, 4],
      strides: [2], padding: .same(odd: .before), outputPadding: [1], shape: [1, 1, 6],
      values: [4, -1, 2, -1, 0, -1]),
    ConvolutionCase(
      testDescription: "SAME_UPPER with strides beyond the kernel", input: [1, 1, 3], kernel: [1, 1, 2],
      strides: [3], padding: .same, outputPadding: [0], shape: [1, 1, 8], values: [6, 3, 0, 4, 2, 0, 2, 1]),
  ])
  func `A transposed convolution`(convolution: ConvolutionCase) throws { try check(convolution) }

  private func check(_ convolution: ConvolutionCase) throws {
    #expect(
      convolution.operation.outputShape(inputs: [convolution.input.map { $0 }])
        == convolution.shape.map { $0 })
    let kernel = DenseArray<Double>.counting(convolution.kernel, period: 5)
    let found = try SingleLayer(convolution.operation, [(.kernel, kernel)]).result(
      of: .counting(convolution.input, period: 7))
    #expect(found.shape == convolution.shape)
    #expect(found.values == convolution.values)
  }

  struct PoolingCase: Sendable, CustomTestStringConvertible {
    let size: Int
    let stride: Int
    var dilation = 1
    let padding: (before: Int, after: Int)
    var roundsUp = false
    let maximum: [Double]
    let mean: [Double]
    let meanWithPadding: [Double]

    var testDescription: String {
      "\(size), stride \(stride), dilation \(dilation), padding \(padding), rounds up \(roundsUp)"
    }

    func pooling(_ reduction: Pooling.Reduction, countsPadding: Bool = false) -> Operation {
      .pooling(
        Pooling(
          reduction: reduction, poolSize: [size], strides: [stride], padding: edges(padding),
          dataFormat: .channelsFirst, dilation: [dilation], roundsUp: roundsUp, countsPadding: countsPadding))
    }
  }

  /// The reference of onnx does not agree where a last window reaches over the end: it divides by the whole window.
  @Test(arguments: [
    PoolingCase(
      size: 3, stride: 2, padding: (1, 1), maximum: [2, 4, 6, 7], mean: [1.5, 3, 5, 6.5],
      meanWithPadding: [1, 3, 5, 13.0 / 3]),
    // A last window that would begin in the padding after the input is none.
    PoolingCase(
      size: 3, stride: 2, padding: (1, 1), roundsUp: true, maximum: [2, 4, 6, 7], mean: [1.5, 3, 5, 6.5],
      meanWithPadding: [1, 3, 5, 13.0 / 3]),
    PoolingCase(
      size: 3, stride: 3, padding: (0, 0), roundsUp: true, maximum: [3, 6, 7], mean: [2, 5, 7],
      meanWithPadding: [2, 5, 7]),
    PoolingCase(
      size: 4, stride: 3, padding: (1, 1), roundsUp: true, maximum: [3, 6, 7], mean: [2, 4.5, 6.5],
      meanWithPadding: [1.5, 4.5, 13.0 / 3]),
    PoolingCase(
      size: 4, stride: 3, padding: (1, 2), roundsUp: true, maximum: [3, 6, 7], mean: [2, 4.5, 6.5],
      meanWithPadding: [1.5, 4.5, 3.25]),
    PoolingCase(
      size: 4, stride: 3, padding: (2, 2), roundsUp: true, maximum: [2, 5, 7], mean: [1.5, 3.5, 6],
      meanWithPadding: [0.75, 3.5, 4.5]),
    PoolingCase(
      size: 2, stride: 2, dilation: 2, padding: (1, 1), roundsUp: true, maximum: [2, 4, 6, 6],
      mean: [2, 3, 5, 6], meanWithPadding: [1, 3, 5, 3]),
    PoolingCase(
      size: 3, stride: 2, dilation: 2, padding: (2, 2), roundsUp: true, maximum: [3, 5, 7, 7],
      mean: [2, 3, 5, 6], meanWithPadding: [4.0 / 3, 3, 5, 4]),
    PoolingCase(
      size: 2, stride: 1, dilation: 3, padding: (3, 3), maximum: [1, 2, 3, 4, 5, 6, 7, 5, 6, 7],
      mean: [1, 2, 3, 2.5, 3.5, 4.5, 5.5, 5, 6, 7],
      meanWithPadding: [0.5, 1, 1.5, 2.5, 3.5, 4.5, 5.5, 2.5, 3, 3.5]),
  ])
  func `Pooling from 1 to 7`(pooling: PoolingCase) throws {
    let input = DenseArray<Double>(shape: [1, 1, 7], values: (1...7).map { Double($0) })
    for (operation, expected) in [
      (pooling.pooling(.maximum), pooling.maximum), (pooling.pooling(.average), pooling.mean),
      (pooling.pooling(.average, countsPadding: true), pooling.meanWithPadding),
    ] {
      #expect(operation.outputShape(inputs: [[1, 1, 7]]) == [1, 1, expected.count])
      #expect(try SingleLayer(operation).result(of: input).values == expected)
    }
  }

  @Test func `A window that sees padding alone has a mean of zero, and the lowest number as its maximum`()
    throws
  {
    let input = DenseArray<Double>(shape: [1, 1, 1], values: [5])
    let pooling = PoolingCase(
      size: 2, stride: 1, dilation: 2, padding: (1, 1), maximum: [-.greatestFiniteMagnitude], mean: [0],
      meanWithPadding: [0])
    #expect(try SingleLayer(pooling.pooling(.maximum)).result(of: input).values == pooling.maximum)
    for countsPadding in [false, true] {
      let operation = pooling.pooling(.average, countsPadding: countsPadding)
      #expect(try SingleLayer(operation).result(of: input).values == [0])
    }
  }

  /// The precomputed cases of the ONNX specification.
  @Test(
    arguments: [
      (
        5, 1, 2, false,
        [12, 13, 14, 14, 14, 17, 18, 19, 19, 19] + (0..<3).flatMap { _ in [22, 23, 24, 24, 24] }
      ),
      (2, 2, 0, false, [6, 8, 16, 18]), (2, 2, 0, true, [6, 16, 8, 18]),
    ] as [(Int, Int, Int, Bool, [Int64])])
  func `The places of maxima`(size: Int, step: Int, pad: Int, isFirstFastest: Bool, expected: [Int64]) throws
  {
    let pooling = Pooling(
      reduction: .maximum, poolSize: [size, size], strides: [step, step],
      padding: .explicit([EdgeAmounts](repeating: EdgeAmounts(before: pad, after: pad), count: 2)),
      dataFormat: .channelsFirst)
    let layer = Layer(
      name: "layer", className: "MaxPool",
      operation: .tensor(
        TensorOperation(
          .maximumPooling(pooling, isFirstAxisFastest: isFirstFastest), operands: [.tensor(0)], outputCount: 2
        )))
    // Two planes, the second one of which goes on where the first one ends.
    let input = DenseArray<Double>(shape: [1, 2, 5, 5], values: (1...50).map { Double($0) })
    let results = try GraphEvaluator<Double>(weights: NoWeights()).evaluate(layer, [.numbers(input)]).values
    #expect(results.count == 2)
    let (maxima, places) = (results[0].numbers, try #require(results[1].integers))
    #expect(places.values == expected + expected.map { $0 + 25 })
    let side = pad > 0 ? 5 : 2
    #expect(maxima.shape == [1, 2, side, side] && places.shape == maxima.shape)
    #expect(
      layer.operation.outputShapes(inputs: [[1, 2, 5, 5]]) == [[1, 2, side, side], [1, 2, side, side]])
    let plain = try GraphEvaluator<Double>(weights: NoWeights()).evaluate(
      Layer(name: "layer", className: "MaxPool", operation: .pooling(pooling)), [.numbers(input)])
    #expect(maxima.values == plain.outputs[0].values)
  }

  @Test func `Of equal elements the first one has its place told, and NaN before all`() throws {
    let windows = Pooling(
      reduction: .maximum, poolSize: [3], strides: [1], padding: .none(rank: 1), dataFormat: .channelsFirst)
    let layer = Layer(
      name: "layer", className: "MaxPool",
      operation: .tensor(
        TensorOperation(
          .maximumPooling(windows, isFirstAxisFastest: false), operands: [.tensor(0)], outputCount: 2)))
    let input = DenseArray<Double>(shape: [1, 1, 6], values: [2, 2, 1, .nan, 5, 5])
    let results = try GraphEvaluator<Double>(weights: NoWeights()).evaluate(layer, [.numbers(input)]).values
    #expect(results[1].integers?.values == [0, 3, 3, 3])
  }

  /// Neither a number of taps that no integer holds, nor a walk through them.
  @Test(.timeLimit(.minutes(1)))
  func `Windows far larger than the input`() throws {
    let huge = 1 << 30
    let input = DenseArray<Double>(shape: [1, 2, 2, 2, 1], values: (1...8).map { Double($0) })
    let beside = Padding.explicit([EdgeAmounts](repeating: EdgeAmounts(before: huge, after: 0), count: 3))
    for (padding, stride, expected) in [(Padding.same, 1, 4.5), (beside, huge, 0)] {
      var pooling = Pooling(
        reduction: .average, poolSize: [huge, huge, huge], strides: [stride, stride, stride],
        padding: padding, dataFormat: .channelsLast)
      #expect(try SingleLayer(.pooling(pooling)).result(of: input).values.first == expected)
      pooling.countsPadding = true
      let found = try SingleLayer(.pooling(pooling)).result(of: input).values
      #expect(found.allSatisfy { (0..<0x1p-80).contains($0) })
    }
  }
}
