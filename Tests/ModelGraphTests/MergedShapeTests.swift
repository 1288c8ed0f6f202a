import Elements
import ModelGraph
import Testing

/// Shapes of merges, by Keras's rules.
@Suite struct MergedShapeTests {
  /// Source: keras/src/layers/merging/base_merge.py `_compute_elemwise_op_output_shape`.
  @Test(
    arguments: [
      ([[nil, 4, 5], [nil, 4, 5]], [nil, 4, 5]),
      ([[nil, 4, 1], [nil, 1, 5]], [nil, 4, 5]),
      ([[nil, 1], [nil, 1], [nil, 1]], [nil, 1]),
      // One that has fewer axes gets sizes of 1 after the batch.
      ([[nil, 5], [nil, 3, 4, 5]], [nil, 3, 4, 5]),
      ([[nil, 3, 4, 1], [nil, 5]], [nil, 3, 4, 5]),
      // What is unknown is 1, or what the other one says.
      ([[nil, nil], [nil, 5]], [nil, 5]), ([[nil, nil], [nil, 1]], [nil, nil]),
      ([[2, 4], [nil, 4]], [2, 4]),
      ([[nil, 0], [nil, 1]], [nil, 0]),
    ] as [([PartialShape], PartialShape)], [Merge.add, .subtract, .multiply, .average, .maximum, .minimum])
  func `A merge of single elements repeats sizes of 1`(
    shapes: ([PartialShape], PartialShape), merge: Merge
  ) {
    #expect(Operation.merge(merge).outputShape(inputs: shapes.0) == shapes.1)
  }

  @Test func `Sizes that do not go together give an unknown one`() {
    #expect(Operation.merge(.add).outputShape(inputs: [[nil, 4, 3], [nil, 5, 3]]) == [nil, nil, 3])
    let sum = TensorFunction.combination(.add, .tensor(0), .tensor(1))
    #expect(sum.outputShape(inputs: [[nil, 4, 3], [nil, 5, 3]]) == [nil, nil, 3])
  }

  /// Source: keras/src/layers/merging/concatenate.py `build` and `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("4 + 5", .merge(.concatenate(axis: -1)), [nil, 3, 4], [nil, 3, 5], gives: [nil, 3, 9]),
    ShapeCase(
      "along an axis from the front", .merge(.concatenate(axis: 1)), [nil, 3, 4], [nil, 2, 4], [nil, 1, 4],
      gives: [nil, 6, 4]),
    ShapeCase("of one", .merge(.concatenate(axis: 2)), [nil, 3, 4], gives: [nil, 3, 4]),
    ShapeCase(
      "of unknown size", .merge(.concatenate(axis: -1)), [nil, 3, 4], [nil, 3, nil], gives: [nil, 3, nil]),
    ShapeCase(
      "other axes that differ", .merge(.concatenate(axis: -1)), [nil, 3, 4], [nil, 2, 4],
      gives: [nil, nil, 8]),
    ShapeCase("other ranks", .merge(.concatenate(axis: -1)), [nil, 4], [nil, 3, 4], gives: nil),
    ShapeCase("no such axis", .merge(.concatenate(axis: 3)), [nil, 3, 4], [nil, 3, 4], gives: nil),
    ShapeCase("an unknown shape", .merge(.concatenate(axis: -1)), nil, [nil, 3, 4], gives: nil),
  ])
  func `Concatenation adds the sizes of its axis, and the others are alike`(shape: ShapeCase) {
    shape.check()
  }

  /// Source: keras/src/layers/merging/dot.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase(
      "matrices", .merge(.dot(axes: [2, 1], smallestNorm: nil)), [nil, 3, 4], [nil, 4, 5], gives: [nil, 3, 5]),
    ShapeCase(
      "vectors", .merge(.dot(axes: [1, 1], smallestNorm: nil)), [nil, 4], [nil, 4], gives: [nil, 1]),
    ShapeCase(
      "axes from the end", .merge(.dot(axes: [-1, -1], smallestNorm: 1e-7)), [2, 3, 4], [2, 6, 4],
      gives: [2, 3, 6]),
    ShapeCase("over the batch", .merge(.dot(axes: [0, 1], smallestNorm: nil)), [3, 4], [3, 4], gives: nil),
    ShapeCase("of one", .merge(.dot(axes: [1, 1], smallestNorm: nil)), [3, 4], gives: nil),
  ])
  func `A dot product removes one axis of each`(shape: ShapeCase) { shape.check() }
}
