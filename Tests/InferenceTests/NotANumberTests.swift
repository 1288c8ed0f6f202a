import Elements
import Inference
import ModelGraph
import Testing

/// Numbers that are none, and infinite ones, against what Keras makes of them.
///
/// All expectations were printed by Keras 3.15.1 with TensorFlow 2.21.0 on a processor, with TF_ENABLE_ONEDNN_OPTS=0: oneDNN makes
/// 0 of the neighbors of NaN in a softmax of float32.
@Suite struct NotANumberTests {
  private static let nan = Double.nan
  private static let infinity = Double.infinity
  private static let numbers = [nan, infinity, -infinity, 3, -3]

  /// A layer with the weights that it is given.
  private func evaluate<Scalar: InferenceScalar>(
    _ operation: ModelGraph.Operation, _ inputs: [DenseArray<Double>],
    weights: [(Role, Shape, [Double])] = [], as: Scalar.Type
  ) throws -> [Double] {
    var layer = Layer(name: "layer", className: "Test", operation: operation)
    layer.variables = weights.map { role, shape, values in
      Variable(
        role: role, isTrainable: true, name: "weight", shape: shape, elementType: .float64,
        value: .computed(values))
    }
    let arrays = inputs.map { DenseArray(shape: $0.shape, values: $0.values.map { Scalar($0) }) }
    return try GraphEvaluator<Scalar>(weights: NoWeights()).evaluate(layer, arrays).outputs[0].values
      .map { Double($0) }
  }

  /// Both passes, each against the same numbers.
  private func expect(
    _ operation: ModelGraph.Operation, of inputs: [DenseArray<Double>], is expected: [Double],
    weights: [(Role, Shape, [Double])] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = [
      (try evaluate(operation, inputs, weights: weights, as: Float.self), 1e-4),
      (try evaluate(operation, inputs, weights: weights, as: Double.self), 1e-6),
    ]
    for (values, tolerance) in found {
      let areAlike =
        values.count == expected.count
        && zip(values, expected).allSatisfy { value, expected in
          value == expected || value.isNaN && expected.isNaN
            || abs(value - expected) <= tolerance * abs(expected)
        }
      #expect(areAlike, "\(operation): \(values) instead of \(expected)", sourceLocation: sourceLocation)
    }
  }

  private static let activations: [(Activation, [Double])] = [
    (.relu(RectifiedLinear()), [nan, infinity, 0, 3, 0]),
    (.relu(RectifiedLinear(maxValue: 6)), [nan, 6, 0, 3, 0]),
    (.relu(RectifiedLinear(threshold: 1)), [0, infinity, 0, 3, 0]),
    (.relu(RectifiedLinear(maxValue: 4, threshold: 1)), [0, 4, 0, 3, 0]),
    (.relu(RectifiedLinear(negativeSlope: 0.1, threshold: 1)), [nan, infinity, -infinity, 3, -0.4]),
    (
      .relu(RectifiedLinear(negativeSlope: 0.1, maxValue: 2, threshold: 1)),
      [nan, 2, -infinity, 2, -0.4]
    ),
    (.relu(RectifiedLinear(negativeSlope: 0.1, maxValue: 2)), [nan, 2, -infinity, 2, -0.3]),
    (.relu(RectifiedLinear(negativeSlope: 0.2)), [nan, infinity, -infinity, 3, -0.6]),
    (.elu(alpha: 1), [nan, infinity, -1, 3, -0.9502129554748535]),
    (.selu, [nan, infinity, -1.7580993175506592, 3.1521029472351074, -1.6705687046051025]),
    (.sigmoid, [nan, 1, 0, 0.9525741338729858, 0.04742586612701416]),
    (.tanh, [nan, 1, -1, 0.9950547218322754, -0.9950547218322754]),
    (.softplus, [nan, infinity, 0, 3.048587351573742, 0.048587351573742055]),
    (.softsign, [nan, nan, nan, 0.75, -0.75]),
    (.exponential, [nan, infinity, 0, 20.08553695678711, 0.049787070602178574]),
    (.hardSigmoid3, [nan, 1, 0, 1, 0]),
    (.swish, [nan, infinity, nan, 2.8577223804672998, -0.14227761953270035]),
    (.hardSwish, [nan, infinity, nan, 3, 0]),
    (.gelu(approximate: false), [nan, infinity, nan, 2.995950305222479, -0.004049694777521031]),
    (.mish, [nan, infinity, nan, 2.9865350049679567, -0.14564746127562458]),
    (.celu(alpha: 1), [nan, infinity, -1, 3, -0.950212931632136]),
    (.hardTanh, [nan, 1, -1, 1, -1]),
    (.hardShrink(threshold: 0.5), [0, infinity, -infinity, 3, -3]),
    (.softShrink(threshold: 0.5), [0, infinity, -infinity, 2.5, -2.5]),
    (.tanhShrink, [nan, infinity, -infinity, 2.0049452781677246, -2.0049452781677246]),
    (.squareplus(b: 4), [nan, infinity, nan, 3.302775637731995, 0.30277563773199456]),
    (.sparsePlus, [nan, infinity, 0, 3, 0]),
    (.sparseSigmoid, [nan, 1, 0, 1, 0]),
    (.logSigmoid, [nan, 0, -infinity, -0.048587351573742055, -3.048587351573742]),
  ]

  /// So many copies that every kernel has whole vectors and a rest.
  @Test(arguments: activations)
  func `An activation`(activation: Activation, expected: [Double]) throws {
    let copies = 13
    let input = DenseArray(
      shape: [1, copies * expected.count], values: (0..<copies).flatMap { _ in Self.numbers })
    try expect(.activation(activation), of: [input], is: (0..<copies).flatMap { _ in expected })
  }

  @Test(arguments: [
    ([1, nan, 3], [nan, nan, nan]), ([infinity, 1, 2], [nan, nan, nan]),
    ([-infinity, -infinity, -infinity], [nan, nan, nan]),
    ([-infinity, 1, 2], [0, 0.2689414213699951, 0.7310585786300049]),
  ])
  func `A softmax`(values: [Double], expected: [Double]) throws {
    try expect(
      .activation(.softmax(axes: [-1])), of: [DenseArray(shape: [1, 3], values: values)], is: expected)
  }

  @Test func `A logarithm of a softmax`() throws {
    let input = DenseArray<Double>(shape: [2, 3], values: [1, Self.nan, 3, -Self.infinity, 1, 2])
    try expect(
      .activation(.logSoftmax(axes: [-1])), of: [input],
      is: [Self.nan, Self.nan, Self.nan, -Self.infinity, -1.3132616875182228, -0.31326168751822286])
  }

  @Test func `A slope for each channel`() throws {
    let input = DenseArray(shape: [1, 5], values: Self.numbers)
    try expect(
      .parametricReLU(sharedAxes: []), of: [input], is: [Self.nan, Self.infinity, -Self.infinity, 3, -0.75],
      weights: [(.alpha, [5], [0.25, 0.25, 0.25, 0.25, 0.25])])
  }

  @Test(arguments: [
    (Merge.maximum, [nan, infinity, 1, 3, 1]), (.minimum, [nan, 1, -infinity, 1, -3]),
  ])
  func `The larger or smaller of two`(merge: Merge, expected: [Double]) throws {
    let inputs = [
      DenseArray(shape: [1, 5], values: Self.numbers),
      DenseArray(shape: [1, 5], values: [1, 1, 1, 1, 1]),
    ]
    let isMaximum = merge == .maximum
    let function = TensorFunction.combination(isMaximum ? .maximum : .minimum, .tensor(0), .tensor(1))
    for inputs in [inputs, inputs.reversed()] {
      try expect(.merge(merge), of: inputs, is: expected)
      try expect(.function(function), of: inputs, is: expected)
    }
  }

  @Test func `A clip`() throws {
    try expect(
      .function(.elementwise(.clip(-2...2))), of: [DenseArray(shape: [1, 5], values: Self.numbers)],
      is: [Self.nan, 2, -2, 2, -2])
  }

  @Test(arguments: [
    (TensorFunction.Reduction.maximum, [nan, nan, nan, -infinity, infinity]),
    (.minimum, [nan, nan, nan, -infinity, 1]), (.sum, [nan, nan, nan, -infinity, infinity]),
    (.mean, [nan, nan, nan, -infinity, infinity]), (.product, [nan, nan, nan, infinity, infinity]),
    (.variance, [nan, nan, nan, nan, nan]), (.standardDeviation, [nan, nan, nan, nan, nan]),
  ])
  func `A reduction`(reduction: TensorFunction.Reduction, expected: [Double]) throws {
    let rows = [
      [1, Self.nan], [Self.nan, 1], [Self.infinity, Self.nan], [-Self.infinity, -Self.infinity],
    ]
    let input = DenseArray(shape: [5, 2], values: (rows + [[Self.infinity, 1]]).flatMap { $0 })
    try expect(
      .function(.reduction(reduction, axes: [1], keepsAxes: false)), of: [input], is: expected)
  }

  /// What is largest of a window TensorFlow looks for beginning with the least finite number, and passes over what is none.
  @Test(arguments: 0..<4)
  func `The largest of a window passes over it`(place: Int) throws {
    var values: [Double] = [1, 2, 3, 4]
    values[place] = .nan
    let pooling = Pooling(
      reduction: .maximum, poolSize: [2, 2], strides: [2, 2], padding: .none(rank: 2),
      dataFormat: .channelsLast)
    try expect(
      .pooling(pooling), of: [DenseArray(shape: [1, 2, 2, 1], values: values)], is: [place == 3 ? 3 : 4])
  }

  @Test(arguments: [Double.nan, -.infinity])
  func `A window without a finite number`(value: Double) throws {
    let pooling = Pooling(
      reduction: .maximum, poolSize: [2], strides: [2], padding: .none(rank: 1), dataFormat: .channelsLast)
    let input = DenseArray(shape: [1, 2, 1], values: [value, value])
    let single = try evaluate(.pooling(pooling), [input], as: Float.self)
    let double = try evaluate(.pooling(pooling), [input], as: Double.self)
    #expect(single == [-3.4028234663852886e38] && double == [-1.7976931348623157e308])
  }

  /// ONNX Runtime 1.32 and onnx.reference give the same, the runtime where windows have no gaps.
  @Test(
    arguments: [
      ([.nan, 1], .nan), ([1, .nan], .nan), ([.nan, -.infinity], .nan),
      ([-.infinity, -.infinity], -.infinity),
      ([-.infinity, -1], -1),
    ] as [([Double], Double)])
  func `The largest of a window of an operator is what it is`(values: [Double], expected: Double) throws {
    let pooling = Pooling(
      reduction: .maximum, poolSize: [2], strides: [2], padding: .none(rank: 1), dataFormat: .channelsFirst)
    let layer = Layer(name: "layer", className: "MaxPool", operation: .pooling(pooling))
    let input = TensorValue<Double>.numbers(DenseArray(shape: [1, 1, 2], values: values))
    let found = try GraphEvaluator<Double>(weights: NoWeights()).evaluate(layer, [input], isOperator: true)
      .outputs[0].values
    #expect(found.count == 1 && (found[0] == expected || found[0].isNaN && expected.isNaN), "\(found)")
  }

  @Test(arguments: [Pooling.Reduction.maximum, .average])
  func `All of an image, or the mean of a window`(reduction: Pooling.Reduction) throws {
    let pooling = GlobalPooling(
      reduction: reduction, rank: 1, keepsAxes: false, dataFormat: .channelsLast)
    for values in [[1, Self.nan], [Self.nan, 1], [Self.nan, Self.nan]] {
      let input = DenseArray(shape: [1, 2, 1], values: values)
      try expect(.globalPooling(pooling), of: [input], is: [Self.nan])
      let window = Pooling(
        reduction: .average, poolSize: [2], strides: [2], padding: .none(rank: 1), dataFormat: .channelsLast)
      try expect(.pooling(window), of: [input], is: [Self.nan])
    }
    let input = DenseArray(shape: [1, 2, 1], values: [-Self.infinity, -Self.infinity])
    try expect(.globalPooling(pooling), of: [input], is: [-Self.infinity])
  }
}
