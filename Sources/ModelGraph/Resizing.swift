/// New values between the old ones.
public enum Interpolation: Sendable, Hashable { case nearest, bilinear }

/// Changes height and width to given sizes, sampling at pixel centres.
///
/// Source: keras/src/layers/preprocessing/image_preprocessing/resizing.py; TensorFlow's resize kernels with
/// `half_pixel_centers`.
public struct Resizing: Sendable, Hashable {
  public var height: Int
  public var width: Int
  public var interpolation: Interpolation
  public var dataFormat: DataFormat

  public init(height: Int, width: Int, interpolation: Interpolation, dataFormat: DataFormat) {
    self.height = height
    self.width = width
    self.interpolation = interpolation
    self.dataFormat = dataFormat
  }
}
