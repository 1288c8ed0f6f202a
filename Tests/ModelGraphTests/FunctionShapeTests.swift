import Elements
import ModelGraph
import Testing

/// Shapes of the functions in a graph, by the rules of keras/src/ops/numpy.py; axes count the batch.
@Suite struct FunctionShapeTests {
  @Test(arguments: [
    ShapeCase(
      "some axes go", .reduction(.mean, axes: [1, -1], keepsAxes: false), [nil, 3, 4, 5], gives: [nil, 4]),
    ShapeCase(
      "or have size 1", .reduction(.sum, axes: [1], keepsAxes: true), [nil, 3, nil], gives: [nil, 1, nil]),
    ShapeCase("all go", .reduction(.maximum, axes: nil, keepsAxes: false), [nil, 3], gives: []),
    ShapeCase("no such axis", .reduction(.mean, axes: [3], keepsAxes: false), [nil, 3, 4], gives: nil),
    ShapeCase("an axis twice", .reduction(.mean, axes: [1, -1], keepsAxes: false), [nil, 3], gives: nil),
  ])
  func `A reduction removes its axes`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [
    ShapeCase(
      "from 1 to 4", [.range(start: nil, stop: nil, step: 1), .range(start: 1, stop: 4, step: 1)], [7, 3]),
    ShapeCase("every second", [.range(start: nil, stop: nil, step: 2)], [4, 6]),
    ShapeCase("without the last two", [.ellipsis, .range(start: nil, stop: -2, step: 1)], [7, 4]),
    ShapeCase("beyond the end", [.ellipsis, .range(start: 4, stop: 99, step: 1)], [7, 2]),
    ShapeCase("nothing", [.ellipsis, .range(start: 4, stop: 2, step: 1)], [7, 0]),
    ShapeCase("one element", [.ellipsis, .index(-1)], [7]),
    ShapeCase("a new axis", [.index(0), .newAxis], [1, 6]),
    ShapeCase("more axes than there are", [.index(0), .index(0), .index(0)], nil),
    ShapeCase("two ellipses", [.ellipsis, .ellipsis], nil),
  ])
  func `A selection of seven times six elements counts as Python does`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [
    ShapeCase("stacked after the batch", .stack(axis: 1), [nil, 3], [nil, 3], gives: [nil, 2, 3]),
    ShapeCase("stacked at the end", .stack(axis: -1), [nil, 3], [nil, 3], [nil, 3], gives: [nil, 3, 3]),
    ShapeCase("stacked beyond the end", .stack(axis: 3), [nil, 3], [nil, 3], gives: nil),
    ShapeCase("matrices", .matrixProduct, [nil, 3, 4], [nil, 4, 5], gives: [nil, 3, 5]),
    ShapeCase("repeated matrices", .matrixProduct, [2, 7, 3, 4], [4, 5], gives: [2, 7, 3, 5]),
    ShapeCase("a vector", .matrixProduct, [nil, 3, 4], [4], gives: nil),
    ShapeCase(
      "repeated sizes", .combination(.add, .tensor(1), .tensor(0)), [5], [nil, 4, 1], gives: [nil, 4, 5]),
    ShapeCase("a number", .combination(.power, .tensor(0), .number(2)), [nil, 4], gives: [nil, 4]),
    ShapeCase(
      "an input that is not there", .combination(.add, .tensor(0), .tensor(1)), [nil, 4], gives: nil),
    ShapeCase(
      "zeros around each axis",
      .zeroPadding([EdgeAmounts(before: 0, after: 0), EdgeAmounts(before: 1, after: 2)]),
      [nil, 4], gives: [nil, 7]),
    ShapeCase("zeros around too many axes", .zeroPadding([]), [nil, 4], gives: nil),
  ])
  func `Tensors are joined as NumPy does it`(shape: ShapeCase) { shape.check() }
}

extension ShapeCase {
  fileprivate init(
    _ rule: String, _ function: TensorFunction, _ inputs: PartialShape?..., gives output: PartialShape?
  ) {
    self.init(rule, .function(function), inputs: inputs, gives: output)
  }

  fileprivate init(_ rule: String, _ selections: [TensorFunction.Selection], _ output: PartialShape?) {
    self.init(rule, .function(.selection(selections)), inputs: [[7, 6]], gives: output)
  }
}
