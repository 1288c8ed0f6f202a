import Elements
import ModelGraph
import Testing

/// Shapes of convolutions, by Keras's formulas.
///
/// Source: keras/src/ops/operation_utils.py `compute_conv_output_shape` and keras/src/backend/common/backend_utils.py
/// `_get_output_shape_given_tf_padding`.
@Suite struct ConvolutionShapeTests {
  @Test(arguments: [
    ShapeCase("(10 - 3) / 1 + 1", .convolution([3]), [nil, 10, 4], gives: [nil, 8, 3]),
    ShapeCase("(10 - 3) / 2 + 1", .convolution([3], strides: [2]), [nil, 10, 4], gives: [nil, 4, 3]),
    ShapeCase("(10 - 3) / 3 + 1", .convolution([3], strides: [3]), [2, 10, 4], gives: [2, 3, 3]),
    ShapeCase(
      "the extent is 2 * 3 + 1", .convolution([3], dilation: [3]), [nil, 10, 4], gives: [nil, 4, 3]),
    ShapeCase("a kernel as long as the axis", .convolution([10]), [nil, 10, 4], gives: [nil, 1, 3]),
    ShapeCase(
      "each axis by its own numbers", .convolution([3, 2], strides: [1, 2], dilation: [2, 1]),
      [nil, 9, 9, 4],
      gives: [nil, 5, 4, 3]),
    ShapeCase("three axes", .convolution([1, 2, 3]), [nil, 5, 5, 5, 4], gives: [nil, 5, 4, 3, 3]),
    ShapeCase(
      "an unknown axis stays so", .convolution([3, 3]), [nil, nil, 8, nil], gives: [nil, nil, 6, 3]),
  ])
  func `Without padding the kernel's extent is lost`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [
    ShapeCase("same keeps the size", .convolution([5], .same), [nil, 7, 4], gives: [nil, 7, 3]),
    ShapeCase("(7 - 1) / 2 + 1", .convolution([5], .same, strides: [2]), [nil, 7, 4], gives: [nil, 4, 3]),
    ShapeCase("(8 - 1) / 2 + 1", .convolution([5], .same, strides: [2]), [nil, 8, 4], gives: [nil, 4, 3]),
    ShapeCase("a kernel beyond the axis", .convolution([9], .same), [nil, 2, 4], gives: [nil, 2, 3]),
  ])
  func `With same padding only the stride matters`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [
    ShapeCase(
      "filters", .convolution([3, 3], format: .channelsFirst), [nil, 4, 8, 9], gives: [nil, 3, 6, 7]),
    ShapeCase(
      "depthwise",
      .convolution([3, 3], kind: .depthwise(multiplier: 2), filters: nil, format: .channelsFirst),
      [nil, 4, 8, 9], gives: [nil, 8, 6, 7]),
  ])
  func `Channels that come first are the axis after the batch`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [
    ShapeCase(
      "2 * 4", .convolution([3], kind: .depthwise(multiplier: 2), filters: nil), [nil, 5, 4],
      gives: [nil, 3, 8]),
    ShapeCase(
      "of an unknown number", .convolution([3], kind: .depthwise(multiplier: 2), filters: nil),
      [nil, 5, nil],
      gives: [nil, 3, nil]),
    ShapeCase(
      "filters after a depthwise part", .convolution([3], kind: .separable(multiplier: 2)), [nil, 5, 4],
      gives: [nil, 3, 3]),
    ShapeCase("groups", .convolution([3], kind: .regular(groups: 3)), [nil, 5, 6], gives: [nil, 3, 3]),
  ])
  func `A depthwise convolution multiplies channels, and the others have filters`(shape: ShapeCase) {
    shape.check()
  }

  @Test(arguments: [
    ShapeCase(
      "7 + 4 - 5 + 1", .convolution([5], .explicit([EdgeAmounts(before: 4, after: 0)])), [nil, 7, 4],
      gives: [nil, 7, 3]),
    ShapeCase(
      "(7 + 3 - 3) / 2 + 1", .convolution([3], .explicit([EdgeAmounts(before: 1, after: 2)]), strides: [2]),
      [nil, 7, 4], gives: [nil, 4, 3]),
  ])
  func `Explicit padding lengthens the axis`(shape: ShapeCase) { shape.check() }

  @Test func `Each axis of a transposed convolution has its own output padding`() {
    let operation = Operation.convolution(
      [3, 3], strides: [2, 2], kind: .transposed(outputPadding: [0, 1]), format: .channelsFirst)
    // (5 - 1) * 2 + 3, and 1.
    #expect(operation.outputShape(inputs: [[nil, 4, 5, 5]]) == [nil, 3, 11, 12])
    #expect(operation.outputShape(inputs: [[nil, 4, nil, 5]]) == [nil, 3, nil, 12])
  }
}
