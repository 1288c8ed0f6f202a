import Bytes
import Elements
import Fixtures
import Inference
import ModelGraph
import Testing

/// Property: the order of a kernel's axes changes no bit of a result.
@Suite struct KernelLayoutTests {
  private static let seeds = 0..<120

  @Test(arguments: seeds)
  func `A convolution with channels first gives what it gives with channels last`(seed: Int) throws {
    var random = RandomConvolution(seed: UInt64(seed))
    let (operation, kernel, bias, input) = random.next()
    let expected = try SingleLayer(.convolution(operation), [(.kernel, kernel), (.bias, bias)]).result(
      of: input)
    let loops = ConvolutionByLoops(operation, kernel: kernel, bias: bias.values).result(of: input)
    #expect(loops.shape == expected.shape, "seed \(seed)")
    for (found, sum) in zip(expected.values, loops.values) {
      #expect(abs(found - sum) < 1e-12, "seed \(seed)")
    }
    var other = operation
    if case .transposed = operation.kind {
      other.kernelLayout = .inputFirst
    } else {
      other.kernelLayout = .outputFirst
    }
    for threads in 1...2 {
      let found = try SingleLayer(.convolution(other), [(.kernel, kernel.channelsFirst), (.bias, bias)])
        .result(of: input, threads: threads)
      #expect(found.shape == expected.shape, "seed \(seed)")
      #expect(found.values == expected.values, "seed \(seed)")
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 7), (1, 300, 70), (40, 33, 129), (2, 5000, 900)])
  func `A dense layer gives the same with its units first`(rows: Int, inputs: Int, units: Int) throws {
    var generator = SeededGenerator(seed: UInt64(rows * 31 + inputs))
    let kernel = DenseArray<Double>.random([inputs, units], &generator)
    let bias = DenseArray<Double>.random([units], &generator)
    let input = DenseArray<Double>.random([rows, inputs], &generator)
    func result(_ layout: KernelLayout, _ kernel: DenseArray<Double>) throws -> [Double] {
      let dense = Dense(units: units, usesBias: true, activation: .sigmoid, kernelLayout: layout)
      return try SingleLayer(.dense(dense), [(.kernel, kernel), (.bias, bias)]).result(of: input, threads: 2)
        .values
    }
    let expected = try result(.transposed, kernel)
    let found = try result(.linear, kernel.channelsFirst)
    // A kernel of more than four million elements is read in blocks, which are other ones.
    for (one, two) in zip(found, expected) { #expect(abs(one - two) <= Double(inputs) * 0x1p-50) }
    if inputs * units < 1 << 22 { #expect(found == expected) }
  }

  @Test func `An order that a layer cannot have is refused, and so is a shape of another order`() {
    let kernel = DenseArray<Double>(repeating: 1, shape: [3, 2])
    let input = DenseArray<Double>(repeating: 1, shape: [1, 3])
    for layout in KernelLayout.allCases where layout != .transposed {
      let dense = Dense(units: 2, usesBias: false, activation: .linear, kernelLayout: layout)
      #expect(throws: EvaluationError.self) {
        try SingleLayer(.dense(dense), [(.kernel, kernel)]).result(of: input)
      }
    }
    for layout in KernelLayout.allCases where layout != .outputFirst {
      for kind in [Convolution.Kind.regular(groups: 1), .transposed(outputPadding: [0])]
      where (layout, kind) != (.inputFirst, .transposed(outputPadding: [0])) {
        let convolution = Convolution(
          kind: kind, kernelSize: [5], strides: [1], dilation: [1], padding: .same, dataFormat: .channelsLast,
          filters: 2, usesBias: false, activation: .linear, kernelLayout: layout)
        let kernel = DenseArray<Double>(repeating: 1, shape: [2, 3, 5])
        #expect(throws: EvaluationError.self) {
          try SingleLayer(.convolution(convolution), [(.kernel, kernel)]).result(
            of: DenseArray<Double>(repeating: 1, shape: [1, 9, 3]))
        }
      }
    }
  }

  @Test func `Groups that do not divide the channels are refused`() {
    for (channels, filters, groups) in [(4, 3, 2), (3, 4, 2), (4, 4, 0)] {
      let convolution = Convolution(
        kind: .regular(groups: groups), kernelSize: [1], strides: [1], dilation: [1], padding: .same,
        dataFormat: .channelsLast, filters: filters, usesBias: false, activation: .linear)
      let kernel = DenseArray<Double>(repeating: 1, shape: [1, channels / max(1, groups), filters])
      #expect(throws: EvaluationError.self) {
        try SingleLayer(.convolution(convolution), [(.kernel, kernel)]).result(
          of: DenseArray<Double>(repeating: 1, shape: [1, 3, channels]))
      }
    }
  }
}

/// Convolutions of all kinds that have a kernel with channels first.
private struct RandomConvolution {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  /// - Returns: channels last, the kernel as Keras has it.
  mutating func next() -> (
    Convolution, kernel: DenseArray<Double>, bias: DenseArray<Double>, input: DenseArray<Double>
  ) {
    let axes = random(1...3)
    let groups = [1, 1, 2, 3, 6][random(0...4)]
    // One of seven has more channels than a tile, a panel or a block of groups.
    let most = random(0...6) == 0 ? 40 : 4
    let channels = groups * random(1...(groups == 6 ? 1 : most))
    let filters = groups * random(1...most)
    let size = (0..<axes).map { _ in random(1...4) }
    let strides = (0..<axes).map { _ in random(1...3) }
    let dilation = (0..<axes).map { _ in random(1...2) }
    let isTransposed = random(0...1) == 1
    let padding: Padding =
      switch random(0...3) {
      case 0: .same(odd: .after)
      case 1: .same(odd: .before)
      default:
        .explicit(
          (0..<axes).map { _ in
            EdgeAmounts(before: random(0...(isTransposed ? 1 : 3)), after: random(0...(isTransposed ? 1 : 3)))
          })
      }
    let kind: Convolution.Kind =
      isTransposed
      ? .transposed(outputPadding: strides.map { random(0...$0 - 1) }, groups: groups)
      : .regular(groups: groups)
    let convolution = Convolution(
      kind: kind, kernelSize: size, strides: strides, dilation: dilation, padding: padding,
      dataFormat: .channelsLast, filters: filters, usesBias: true, activation: .linear)
    let channelAxes = isTransposed ? [filters / groups, channels] : [channels / groups, filters]
    return (
      convolution, .random(size + channelAxes, &generator), .random([filters], &generator),
      .random([2] + (0..<axes).map { _ in random(7...9) } + [channels], &generator)
    )
  }
}
