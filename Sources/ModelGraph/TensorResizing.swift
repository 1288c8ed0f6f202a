/// How the axes of a tensor are resized, and which of them.
///
/// Source: ONNX operator specification, Resize and Upsample.
public struct TensorResizing: Sendable, Hashable {
  /// How new elements come from old ones.
  public enum Mode: Sendable, Hashable {
    case nearest(Rounding)
    case linear
    /// With this coefficient of the cubic.
    case cubic(coefficient: Float)
  }

  /// Which of two neighbors is the nearest.
  public enum Rounding: Sendable, Hashable { case preferFloor, preferCeiling, floor, ceiling }

  /// Where an element of the result is in the input.
  public enum Coordinates: Sendable, Hashable {
    case halfPixel, halfPixelSymmetric, pytorchHalfPixel, alignCorners, asymmetric, cropAndResize
  }

  /// What a size in `sizes` means where the aspect ratio is kept.
  public enum AspectRatio: Sendable, Hashable { case stretch, notLarger, notSmaller }

  public var mode: Mode
  public var coordinates: Coordinates
  /// The axes that scales and sizes are for; nil for all.
  public var axes: [Int]?
  public var antialiases: Bool
  /// Whether elements outside the input have no weight, rather than being those at its border.
  public var excludesOutside: Bool
  public var extrapolationValue: Float
  public var aspectRatio: AspectRatio

  public init(
    mode: Mode, coordinates: Coordinates, axes: [Int]? = nil, antialiases: Bool = false,
    excludesOutside: Bool = false, extrapolationValue: Float = 0, aspectRatio: AspectRatio = .stretch
  ) {
    self.mode = mode
    self.coordinates = coordinates
    self.axes = axes
    self.antialiases = antialiases
    self.excludesOutside = excludesOutside
    self.extrapolationValue = extrapolationValue
    self.aspectRatio = aspectRatio
  }
}
