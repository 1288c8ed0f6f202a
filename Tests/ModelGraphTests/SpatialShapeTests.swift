import Elements
import ModelGraph
import Testing

/// Shapes of layers that change the spatial axes, and leave batch and channels alone.
@Suite struct SpatialShapeTests {
  /// Source: keras/src/ops/operation_utils.py `compute_pooling_output_shape`.
  @Test(arguments: [
    ShapeCase("(7 - 2) / 2 + 1", .pooling([2]), [nil, 7, 4], gives: [nil, 3, 4]),
    ShapeCase("(7 - 3) / 1 + 1", .pooling([3], strides: [1]), [nil, 7, 4], gives: [nil, 5, 4]),
    ShapeCase("same: (7 - 1) / 2 + 1", .pooling([2], .same), [nil, 7, 4], gives: [nil, 4, 4]),
    ShapeCase("two axes", .pooling([2, 3], strides: [2, 1]), [nil, 6, 6, 4], gives: [nil, 3, 4, 4]),
    ShapeCase("three axes", .pooling([2, 2, 2]), [nil, 6, 4, 2, 5], gives: [nil, 3, 2, 1, 5]),
    ShapeCase("first", .pooling([2, 3], format: .channelsFirst), [nil, 4, 6, 6], gives: [nil, 4, 3, 2]),
    ShapeCase("unknown axes", .pooling([2, 2]), [nil, nil, 6, nil], gives: [nil, nil, 3, nil]),
  ])
  func `Pooling counts windows, and keeps the channels`(shape: ShapeCase) { shape.check() }

  /// Source: keras/src/layers/pooling/base_global_pooling.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("last", .globalPooling(rank: 2, keepsAxes: false), [nil, 6, nil, 4], gives: [nil, 4]),
    ShapeCase(
      "first", .globalPooling(rank: 2, keepsAxes: false, format: .channelsFirst), [3, 4, 6, 7], gives: [3, 4]),
    ShapeCase(
      "kept, last", .globalPooling(rank: 2, keepsAxes: true), [nil, 6, nil, 4], gives: [nil, 1, 1, 4]),
    ShapeCase(
      "kept, first", .globalPooling(rank: 1, keepsAxes: true, format: .channelsFirst), [nil, 4, 6],
      gives: [nil, 4, 1]
    ),
    ShapeCase(
      "kept, three axes", .globalPooling(rank: 3, keepsAxes: true), [2, 6, 7, 8, nil],
      gives: [2, 1, 1, 1, nil]
    ),
  ])
  func `Global pooling removes the spatial axes, or keeps them with size 1`(shape: ShapeCase) {
    shape.check()
  }

  private static let edges = [EdgeAmounts(before: 1, after: 2), EdgeAmounts(before: 0, after: 3)]

  /// Source: keras/src/layers/reshaping/zero_padding2d.py and cropping2d.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase(
      "padding", .zeroPadding(amounts: edges, dataFormat: .channelsLast), [nil, 5, nil, 4],
      gives: [nil, 8, nil, 4]),
    ShapeCase(
      "padding, first", .zeroPadding(amounts: edges, dataFormat: .channelsFirst), [nil, 4, 5, 6],
      gives: [nil, 4, 8, 9]),
    ShapeCase(
      "cropping", .cropping(amounts: edges, dataFormat: .channelsLast), [nil, 5, nil, 4],
      gives: [nil, 2, nil, 4]),
    ShapeCase(
      "cropping, first", .cropping(amounts: edges, dataFormat: .channelsFirst), [nil, 4, 5, 6],
      gives: [nil, 4, 2, 3]),
    ShapeCase(
      "cropping to one element", .cropping(amounts: [edges[0]], dataFormat: .channelsLast), [nil, 4, 7],
      gives: [nil, 1, 7]),
  ])
  func `Both edges of an axis count`(shape: ShapeCase) { shape.check() }

  @Test(arguments: [2, 3])
  func `Keras refuses to crop all there is, so that its shape is unknown`(size: Int) {
    let cropping = Operation.cropping(amounts: [Self.edges[0]], dataFormat: .channelsLast)
    #expect(cropping.outputShape(inputs: [[nil, size, 7]]) == [nil, nil, 7])
  }

  /// Source: keras/src/layers/reshaping/up_sampling2d.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase(
      "last", .upSampling(factors: [2, 3], interpolation: .nearest, dataFormat: .channelsLast),
      [nil, 4, 5, 6],
      gives: [nil, 8, 15, 6]),
    ShapeCase(
      "first", .upSampling(factors: [2, 3], interpolation: .bilinear, dataFormat: .channelsFirst),
      [nil, 6, nil, 5], gives: [nil, 6, nil, 15]),
    ShapeCase(
      "one axis", .upSampling(factors: [4], interpolation: .nearest, dataFormat: .channelsLast), [2, 3, nil],
      gives: [2, 12, nil]),
  ])
  func `Up-sampling multiplies each axis by its factor`(shape: ShapeCase) { shape.check() }

  private static func resizing(_ format: DataFormat) -> Operation {
    .resizing(Resizing(height: 7, width: 9, interpolation: .bilinear, dataFormat: format))
  }

  /// Source: keras/src/layers/preprocessing/image_preprocessing/resizing.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("last", resizing(.channelsLast), [nil, 4, 5, 3], gives: [nil, 7, 9, 3]),
    ShapeCase("first", resizing(.channelsFirst), [nil, 3, 4, 5], gives: [nil, 3, 7, 9]),
    ShapeCase("whatever it was", resizing(.channelsLast), [nil, nil, nil, 3], gives: [nil, 7, 9, 3]),
  ])
  func `Resizing gives the height and the width that it names`(shape: ShapeCase) { shape.check() }
}
