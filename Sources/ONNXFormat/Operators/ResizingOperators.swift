import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Other sizes of axes, with new elements between the old ones.
  static let resizing: [ByteString: Reader] = [
    "Resize": { (node) throws(CarriedReason) in try node.resize() },
    "Upsample": { (node) throws(CarriedReason) in
      let scales = try node.attributes.floats("scales")
      if let scales {
        node.setOperand(2, floats: scales, shape: [scales.count])
      } else {
        node.moveOperand(1, to: 2)
      }
      let mode = try node.resizeMode(rounding: .floor)
      return try node.tensorOperation(.resize(TensorResizing(mode: mode, coordinates: .asymmetric)))
    },
  ]
}

extension NodeReading {
  /// Version 10 has scales as its second operand, and no coordinates.
  fileprivate mutating func resize() throws(CarriedReason) -> Operation {
    if version < 11 {
      moveOperand(1, to: 2)
      let mode = try resizeMode(rounding: .floor)
      return try tensorOperation(.resize(TensorResizing(mode: mode, coordinates: .asymmetric)))
    }
    let rounding: TensorResizing.Rounding = try attributes.choice(
      "nearest_mode",
      [
        "round_prefer_floor": .preferFloor, "round_prefer_ceil": .preferCeiling, "floor": .floor,
        "ceil": .ceiling,
      ])
    var settings = TensorResizing(
      mode: try resizeMode(rounding: rounding), coordinates: try resizeCoordinates())
    settings.axes = try attributes.integers("axes")
    settings.antialiases = try attributes.flag("antialias")
    settings.excludesOutside = try attributes.flag("exclude_outside")
    settings.extrapolationValue = try attributes.float("extrapolation_value", or: 0)
    settings.aspectRatio = try attributes.choice(
      "keep_aspect_ratio_policy",
      ["stretch": .stretch, "not_larger": .notLarger, "not_smaller": .notSmaller])
    dropEmptyOperands()
    return try tensorOperation(.resize(settings))
  }

  fileprivate mutating func resizeMode(rounding: TensorResizing.Rounding) throws(CarriedReason)
    -> TensorResizing.Mode
  {
    let coefficient = try attributes.float("cubic_coeff_a", or: -0.75)
    return try attributes.choice(
      "mode",
      ["nearest": .nearest(rounding), "linear": .linear, "cubic": .cubic(coefficient: coefficient)])
  }

  private mutating func resizeCoordinates() throws(CarriedReason) -> TensorResizing.Coordinates {
    try attributes.choice(
      "coordinate_transformation_mode",
      [
        "half_pixel": .halfPixel, "half_pixel_symmetric": .halfPixelSymmetric,
        "pytorch_half_pixel": .pytorchHalfPixel, "align_corners": .alignCorners,
        "asymmetric": .asymmetric, "tf_crop_and_resize": .cropAndResize,
      ])
  }
}
