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
    let rounding: TensorResizing.Rounding
    switch try attributes.text("nearest_mode", or: "round_prefer_floor") {
    case "round_prefer_floor": rounding = .preferFloor
    case "round_prefer_ceil": rounding = .preferCeiling
    case "floor": rounding = .floor
    case "ceil": rounding = .ceiling
    default: throw .attribute("nearest_mode")
    }
    var settings = TensorResizing(
      mode: try resizeMode(rounding: rounding), coordinates: try resizeCoordinates())
    settings.axes = try attributes.integers("axes")
    settings.antialiases = try attributes.flag("antialias")
    settings.excludesOutside = try attributes.flag("exclude_outside")
    settings.extrapolationValue = try attributes.float("extrapolation_value", or: 0)
    switch try attributes.text("keep_aspect_ratio_policy", or: "stretch") {
    case "stretch": settings.aspectRatio = .stretch
    case "not_larger": settings.aspectRatio = .notLarger
    case "not_smaller": settings.aspectRatio = .notSmaller
    default: throw .attribute("keep_aspect_ratio_policy")
    }
    dropEmptyOperands()
    return try tensorOperation(.resize(settings))
  }

  fileprivate mutating func resizeMode(rounding: TensorResizing.Rounding) throws(CarriedReason)
    -> TensorResizing.Mode
  {
    let coefficient = try attributes.float("cubic_coeff_a", or: -0.75)
    switch try attributes.text("mode", or: "nearest") {
    case "nearest": return .nearest(rounding)
    case "linear": return .linear
    case "cubic": return .cubic(coefficient: coefficient)
    default: throw .attribute("mode")
    }
  }

  private mutating func resizeCoordinates() throws(CarriedReason) -> TensorResizing.Coordinates {
    switch try attributes.text("coordinate_transformation_mode", or: "half_pixel") {
    case "half_pixel": return .halfPixel
    case "half_pixel_symmetric": return .halfPixelSymmetric
    case "pytorch_half_pixel": return .pytorchHalfPixel
    case "align_corners": return .alignCorners
    case "asymmetric": return .asymmetric
    case "tf_crop_and_resize": return .cropAndResize
    default: throw .attribute("coordinate_transformation_mode")
    }
  }
}
