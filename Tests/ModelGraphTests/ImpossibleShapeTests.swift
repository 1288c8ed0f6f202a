import Elements
import ModelGraph
import Testing

/// What no model can have gives an unknown shape, and no trap.
@Suite struct ImpossibleShapeTests {
  @Test(arguments: [
    ShapeCase("convolution", .convolution([3, 3]), [nil, 8, 1], gives: nil),
    ShapeCase("pooling", .pooling([2, 2]), [nil, 8, 8, 8, 1], gives: nil),
    ShapeCase("global pooling", .globalPooling(rank: 2, keepsAxes: true), [nil, 8, 1], gives: nil),
    ShapeCase(
      "up-sampling", .upSampling(factors: [2], interpolation: .nearest, dataFormat: .channelsLast), [nil, 8],
      gives: nil),
    ShapeCase(
      "resizing",
      .resizing(Resizing(height: 2, width: 2, interpolation: .nearest, dataFormat: .channelsLast)),
      [8, 8, 3],
      gives: nil),
    ShapeCase(
      "padding", .zeroPadding(amounts: [EdgeAmounts(before: 1, after: 1)], dataFormat: .channelsFirst), [],
      gives: nil),
    ShapeCase("permutation", .transpose(Transposition(axes: [0, 2, 1])), [nil, 3], gives: nil),
    ShapeCase(
      "permutation of other axes", .transpose(Transposition(axes: [0, 3, 1])), [nil, 3, 4], gives: nil),
    ShapeCase("repetition", .repeatVector(count: 2), [nil, 3, 4], gives: nil),
    ShapeCase("dense", .dense(3), [], gives: nil),
    ShapeCase("recurrent", .recurrent(units: 3, returnsSequences: true), [], gives: nil),
  ])
  func `An input of another rank`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [
    ShapeCase("of the kernel", .convolution([4]), [nil, 3, 1], gives: [nil, nil, 3]),
    ShapeCase("of the dilated kernel", .convolution([2], dilation: [3]), [nil, 3, 1], gives: [nil, nil, 3]),
    ShapeCase("of the pool", .pooling([4, 2]), [nil, 3, 8, 1], gives: [nil, nil, 4, 1]),
  ])
  func `A window beyond the input, which Keras refuses`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [0, -1, .min, .max], Padding.allPaddings)
  func `A stride, a dilation or a window that cannot be`(number: Int, padding: Padding) {
    for kind in [.regular(groups: 1), .transposed(outputPadding: [0])] as [Convolution.Kind] {
      for operation in [
        Operation.convolution([number], padding, kind: kind),
        .convolution([3], padding, strides: [number], kind: kind),
        .convolution([3], padding, dilation: [number], kind: kind),
      ] {
        #expect(operation.outputShape(inputs: [[nil, 8, 1]]) == [nil, nil, 3])
      }
    }
    #expect(
      Operation.pooling([2], padding, strides: [number]).outputShape(inputs: [[2, 8, 1]]) == [2, nil, 1])
  }

  @Test(arguments: [-1, Int.min, .max])
  func `An output padding that cannot be`(number: Int) {
    for padding in [Padding.none(rank: 1), .same] {
      let operation = Operation.convolution([3], padding, kind: .transposed(outputPadding: [number]))
      #expect(operation.outputShape(inputs: [[nil, 8, 1]]) == [nil, nil, 3])
    }
  }

  @Test(arguments: [-1, Int.min, .max])
  func `A padding that cannot be`(number: Int) {
    let padding = Padding.explicit([EdgeAmounts(before: 0, after: number)])
    for kind in [.regular(groups: 1), .transposed(outputPadding: [0])] as [Convolution.Kind] {
      #expect(
        Operation.convolution([3], padding, kind: kind).outputShape(inputs: [[nil, 8, 1]]) == [nil, nil, 3])
    }
  }

  /// A size of each axis in turn, through everything that computes with sizes.
  @Test(arguments: [-1, Int.min, .max])
  func `A size that cannot be is unknown`(size: Int) {
    #expect(Operation.convolution([3], .same).outputShape(inputs: [[2, size, 1]]) == [2, nil, 3])
    let depthwise = Operation.convolution([3], kind: .depthwise(multiplier: 2), filters: nil)
    #expect(depthwise.outputShape(inputs: [[2, 8, size]]) == [2, 6, nil])
    #expect(Operation.pooling([2]).outputShape(inputs: [[2, size, 1]]) == [2, nil, 1])
    #expect(Operation.reshape(.flatten).outputShape(inputs: [[2, size, 2]]) == [2, nil])
    #expect(Operation.reshape(.afterBatch([-1, 2])).outputShape(inputs: [[2, size, 2]]) == [2, nil, 2])
    let padding = Operation.zeroPadding(
      amounts: [EdgeAmounts(before: 1, after: 1)], dataFormat: .channelsLast)
    #expect(padding.outputShape(inputs: [[2, size, 1]]) == [2, nil, 1])
    let enlarging = Operation.upSampling(factors: [3], interpolation: .nearest, dataFormat: .channelsLast)
    #expect(enlarging.outputShape(inputs: [[2, size, 1]]) == [2, nil, 1])
    #expect(
      Operation.merge(.concatenate(axis: 1)).outputShape(inputs: [[2, size], [2, size]]) == [2, nil])
    #expect(Operation.merge(.add).outputShape(inputs: [[2, size], [2, size]]) == [2, nil])
    let slice = TensorFunction.selection([.ellipsis, .range(start: -1, stop: nil, step: 1)])
    #expect(Operation.function(slice).outputShape(inputs: [[2, size]]) == [2, nil])
  }

  @Test func `A product that no integer holds`() {
    let input = PartialShape([nil, 1 << 30, 1 << 30, 1 << 30])
    #expect(Operation.reshape(.flatten).outputShape(inputs: [input]) == [nil, nil])
    #expect(Operation.reshape(.afterBatch([-1, 2])).outputShape(inputs: [input]) == [nil, nil, 2])
    #expect(Operation.reshape(.afterBatch([.max, .max])).outputShape(inputs: [input]) == nil)
    #expect(Operation.reshape(.afterBatch([-2, 4])).outputShape(inputs: [input]) == nil)
  }

  @Test func `A size that grows beyond all bounds from layer to layer`() {
    var chain = GraphChain(input: [nil, 1 << 20, 1])
    for _ in 0..<8 {
      chain.add(.upSampling(factors: [1 << 20], interpolation: .nearest, dataFormat: .channelsLast))
    }
    #expect(ShapeInference(of: chain.graph).shapes[TensorReference(call: 8)] == [nil, nil, 1])
  }

  @Test func `No input, or one of unknown shape`() {
    for operation in [Operation.dense(3), .convolution([3]), .merge(.add), .recurrent(units: 3)] {
      #expect(operation.outputShape(inputs: []) == nil)
      #expect(operation.outputShape(inputs: [nil]) == nil)
    }
  }
}

extension Padding {
  fileprivate static let allPaddings: [Self] = [.none(rank: 1), .same, .same(odd: .before)]
}
