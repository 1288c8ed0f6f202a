import LosslessJSON
import ModelGraph
import Tensor

extension LayerConfiguration {
  /// The attributes of a batch normalization.
  ///
  /// `renorm` changes training only: inference uses the moving mean and variance.
  mutating func batchNormalization() throws(NotUnderstood) -> BatchNormalization {
    var obstacle: String?
    if let size = take("virtual_batch_size"), !size.isNull {
      obstacle = "virtual_batch_size is set, whose files Keras itself cannot load"
    }
    let axes = try axes(default: -1)
    if axes.count != 1, generation == .keras3 { throw .malformed("the attribute axis is not an integer") }
    if axes.count != 1 { obstacle = "the statistics run over \(axes.count) axes" }
    if let adjustment = take("adjustment"), !adjustment.isNull { obstacle = "an adjustment function is set" }
    let mode = try integer("mode", default: 0)
    if mode != 0 { obstacle = "mode \(mode) of Keras 1 is set" }
    return BatchNormalization(
      axes: axes, epsilon: try epsilon(),
      centers: try boolean("center", default: true), scales: try boolean("scale", default: true),
      renormalizes: try boolean("renorm", default: false), obstacle: obstacle)
  }

  mutating func layerNormalization() throws(NotUnderstood) -> LayerNormalization {
    guard try boolean("center", default: true), try boolean("scale", default: true),
      try !boolean("rms_scaling", default: false)
    else { throw NotUnderstood("a layer normalization without gamma or beta is not run") }
    return LayerNormalization(axes: try axes(default: -1), epsilon: try epsilon())
  }

  mutating func rescaling() throws(NotUnderstood) -> Operation {
    .rescaling(scale: try numbers("scale"), offset: try numbers("offset", default: 0))
  }

  private mutating func numbers(_ key: ByteString, default fallback: Double? = nil) throws(NotUnderstood)
    -> [Double]
  {
    if let list = json[key]?.array {
      _ = take(key)
      let values = list.compactMap(\.double)
      guard values.count == list.count, !values.isEmpty else {
        throw .malformed("the attribute \(key) is not a list of numbers")
      }
      return values
    }
    return [try number(key, default: fallback)]
  }

  /// What is added to the variance: null is no number, and nobody else's default may stand in for it.
  private mutating func epsilon() throws(NotUnderstood) -> Double {
    guard json["epsilon"]?.isNull != true else { throw .malformed("the attribute epsilon is null") }
    let epsilon = try number("epsilon", default: 1e-3)
    guard epsilon >= 0 else { throw .malformed("the attribute epsilon is negative") }
    return epsilon
  }

  /// An axis or a list of axes.
  mutating func axes(default fallback: Int) throws(NotUnderstood) -> [Int] {
    guard let list = json["axis"]?.array else { return [try integer("axis", default: fallback)] }
    _ = take("axis")
    let axes = list.compactMap(\.smallInteger)
    guard axes.count == list.count, !axes.isEmpty else {
      throw .malformed("the attribute axis is not a list of integers")
    }
    return axes
  }
}
