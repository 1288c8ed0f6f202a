import Elements
import ModelGraph
import Testing

/// Shapes of layers that move elements, and of products over the last axis.
@Suite struct RearrangedShapeTests {
  @Test(arguments: [
    ShapeCase("the batch is one of the sizes", .reshape(.allAxes([-1, 6])), [4, 3, 2], gives: [4, 6]),
    ShapeCase("of unknown sizes", .reshape(.allAxes([-1, 6])), [nil, 3, 2], gives: [nil, 6]),
    ShapeCase("24 is not divisible by 7", .reshape(.allAxes([-1, 7])), [4, 3, 2], gives: [nil, 7]),
    ShapeCase("an order", .transpose(Transposition(axes: [0, -1, 1])), [nil, 3, 4], gives: [nil, 4, 3]),
    ShapeCase("reversed", .transpose(Transposition(axes: nil)), [nil, 3, 4], gives: [4, 3, nil]),
    ShapeCase("an axis twice", .transpose(Transposition(axes: [0, 1, 1])), [nil, 3, 4], gives: nil),
    ShapeCase("too few axes", .transpose(Transposition(axes: [1, 0])), [nil, 3, 4], gives: nil),
    ShapeCase(
      "new axes, counted in the result", .reshape(.expansion(axes: [1, -1])), [nil, 3], gives: [nil, 1, 3, 1]),
    ShapeCase("beyond the result", .reshape(.expansion(axes: [3])), [nil, 3], gives: nil),
    ShapeCase("an axis goes", .reshape(.squeeze(axes: [1])), [nil, 1, 3], gives: [nil, 3]),
    ShapeCase("all of size 1 go", .reshape(.squeeze(axes: nil)), [1, 2, 1, 3], gives: [2, 3]),
    ShapeCase("an unknown size may be 1", .reshape(.squeeze(axes: nil)), [nil, 2, 1], gives: nil),
  ])
  func `By functions, axes come, go and change places`(shape: ShapeCase) { shape.check() }

  /// Source: keras/src/ops/operation_utils.py `compute_reshape_output_shape`, after the batch.
  @Test(arguments: [
    ShapeCase("all sizes", .reshape(.afterBatch([4, 3])), [nil, 2, 6], gives: [nil, 4, 3]),
    ShapeCase("12 / 4", .reshape(.afterBatch([4, -1])), [nil, 2, 6], gives: [nil, 4, 3]),
    ShapeCase("12 / (2 * 2)", .reshape(.afterBatch([2, -1, 2])), [5, 12], gives: [5, 2, 3, 2]),
    ShapeCase("an open axis alone", .reshape(.afterBatch([-1])), [nil, 2, 6], gives: [nil, 12]),
    ShapeCase("of unknown sizes", .reshape(.afterBatch([-1, 6])), [nil, nil, 6], gives: [nil, nil, 6]),
    ShapeCase(
      "12 is not divisible by 5", .reshape(.afterBatch([5, -1])), [nil, 2, 6], gives: [nil, 5, nil]),
    ShapeCase(
      "a size of 0 says nothing", .reshape(.afterBatch([0, -1])), [nil, 2, 6], gives: [nil, 0, nil]),
    ShapeCase("a scalar for each sample", .reshape(.afterBatch([])), [nil, 1], gives: [nil]),
  ])
  func `Reshaping keeps the batch, and the open axis has what is left`(shape: ShapeCase) { shape.check() }

  /// Source: keras/src/layers/reshaping/flatten.py `compute_output_spec`.
  @Test(arguments: [Reshape.flatten, .flattenWithChannelsLast])
  func `Flattening multiplies all sizes after the batch`(reshape: Reshape) {
    let flatten = Operation.reshape(reshape)
    #expect(flatten.outputShape(inputs: [[nil, 2, 3, 4]]) == [nil, 24])
    #expect(flatten.outputShape(inputs: [[2, 3, nil]]) == [2, nil])
    #expect(flatten.outputShape(inputs: [[7]]) == [7, 1])
  }

  /// Source: keras/src/layers/reshaping/permute.py and repeat_vector.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("two axes", .transpose(Transposition(axes: [0, 2, 1])), [nil, 5, 6], gives: [nil, 6, 5]),
    ShapeCase(
      "three axes", .transpose(Transposition(axes: [0, 3, 1, 2])), [8, 5, nil, 7], gives: [8, 7, 5, nil]),
    ShapeCase("a repeated vector", .repeatVector(count: 3), [nil, 5], gives: [nil, 3, 5]),
    ShapeCase("of unknown size", .repeatVector(count: 3), [2, nil], gives: [2, 3, nil]),
  ])
  func `Permutations count axes from 1, and a repeated vector has its copies after the batch`(
    shape: ShapeCase
  ) {
    shape.check()
  }

  /// Source: keras/src/layers/core/dense.py and embedding.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("a matrix", .dense(7), [nil, 5], gives: [nil, 7]),
    ShapeCase("more axes", .dense(7), [nil, 3, nil, nil], gives: [nil, 3, nil, 7]),
    ShapeCase(
      "an embedding", .embedding(Embedding(vocabularySize: 100, dimension: 8)), [nil, 5], gives: [nil, 5, 8]),
    ShapeCase(
      "an embedding of one index", .embedding(Embedding(vocabularySize: 100, dimension: 8)), [nil],
      gives: [nil, 8]),
  ])
  func `A dense layer replaces the last axis, and an embedding adds one`(shape: ShapeCase) { shape.check() }

  @Test(
    arguments: [
      .identity, .activation(.softmax(axes: [-1])), .parametricReLU(sharedAxes: [1]),
      .unitNormalization(axes: [-1], smallestNorm: 1e-12), .rescaling(scale: [2], offset: [0]),
      .channelScaling(channels: 4),
      .batchNormalization(BatchNormalization(axes: [-1], epsilon: 1e-3, centers: true, scales: true)),
      .groupNormalization(
        GroupNormalization(groups: 2, axis: -1, epsilon: 1e-3, scales: true, centers: true)),
    ] as [Operation])
  func `What changes single elements keeps the shape`(operation: Operation) {
    for shape in [[nil, 3, nil, 4], [2, 4], []] as [PartialShape] {
      #expect(operation.outputShape(inputs: [shape]) == shape)
    }
  }

  private static func einsum(
    _ input: String, _ output: String, _ ellipsis: EinsumDense.Ellipsis = .none, _ sizes: PartialShape = []
  ) -> Operation {
    .einsumDense(
      EinsumDense(
        inputLabels: Array(input.utf8), kernelLabels: Array("cd".utf8), outputLabels: Array(output.utf8),
        ellipsis: ellipsis, biasLabels: nil, activation: .linear, outputSizes: sizes))
  }

  /// Source: keras/src/layers/core/einsum_dense.py `_analyze_einsum_string`.
  @Test(arguments: [
    ShapeCase("abc,cd->abd", einsum("abc", "abd", .none, [nil, nil, 7]), [nil, 5, 6], gives: [nil, 5, 7]),
    ShapeCase("abc,cd->adb", einsum("abc", "adb", .none, [nil, 7, nil]), [nil, 5, 6], gives: [nil, 7, 5]),
    ShapeCase(
      "the input's size comes first", einsum("abc", "abd", .none, [2, 9, 7]), [4, 5, 6], gives: [4, 5, 7]),
    ShapeCase(
      "where it is known", einsum("abc", "abd", .none, [nil, 9, 7]), [4, nil, 6], gives: [4, 9, 7]),
    ShapeCase("no size is written", einsum("abc", "abd"), [nil, 5, 6], gives: [nil, 5, nil]),
    ShapeCase("...c,cd->...d", einsum("c", "d", .leading, [7]), [nil, 4, 5, 6], gives: [nil, 4, 5, 7]),
    ShapeCase("for no axis", einsum("c", "d", .leading, [7]), [6], gives: [7]),
    ShapeCase(
      "ac...,cd->ad...", einsum("ac", "ad", .trailing, [nil, 7]), [nil, 6, 4, 5], gives: [nil, 7, 4, 5]),
    ShapeCase("an axis too many", einsum("abc", "abd", .none, [nil, nil, 7]), [nil, 4, 5, 6], gives: nil),
    ShapeCase("an axis too few", einsum("abc", "abd", .leading, [nil, nil, 7]), [5, 6], gives: nil),
  ])
  func `An equation gives each label its size, the ellipsis those of its axes`(shape: ShapeCase) {
    shape.check()
  }
}
