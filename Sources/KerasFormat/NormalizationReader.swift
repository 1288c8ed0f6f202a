import Bytes
import LosslessJSON
import ModelGraph

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
    if axes.count != 1, generation == .keras3 { throw .malformed(.attribute("axis", .notInteger)) }
    guard Set(axes).count == axes.count else { throw .malformed(.attribute("axis", .repeatedAxis)) }
    if let adjustment = take("adjustment"), !adjustment.isNull { obstacle = "an adjustment function is set" }
    let mode = try integer("mode", default: 0)
    if mode != 0 { obstacle = "mode \(mode) of Keras 1 is set" }
    return BatchNormalization(
      axes: axes, epsilon: try epsilon(),
      centers: try boolean("center", default: true), scales: try boolean("scale", default: true),
      renormalizes: try boolean("renorm", default: false), momentum: momentum,
      isSynchronized: json["synchronized"]?.boolean ?? false, obstacle: obstacle)
  }

  /// Only training needs it: folding shall not fail where it is no number.
  private var momentum: Double? { json["momentum"].map(\.number) ?? 0.99 }

  /// The attribute `rms_scaling` of Keras 3 brings a gamma, and takes away the beta.
  mutating func layerNormalization() throws(NotUnderstood) -> LayerNormalization {
    let isScaled = try boolean("rms_scaling", default: false)
    let (scales, centers) = (try boolean("scale", default: true), try boolean("center", default: true))
    return LayerNormalization(
      kind: isScaled ? .scaledByVariance : .standard, axes: try axes(default: -1), epsilon: try epsilon(),
      scales: scales || isScaled, centers: centers && !isScaled)
  }

  mutating func rootMeanSquareNormalization() throws(NotUnderstood) -> LayerNormalization {
    LayerNormalization(
      kind: .rootMeanSquare, axes: try axes(default: -1), epsilon: try epsilon(default: 1e-6), scales: true,
      centers: false)
  }

  mutating func groupNormalization() throws(NotUnderstood) -> GroupNormalization {
    let groups = try integer("groups", default: 32)
    let axis = try integer("axis", default: -1)
    guard groups > 0 || groups == -1 else { throw .malformed(.attribute("groups", .notPositive)) }
    guard axis == -1 || axis > 0 else { throw NotUnderstood(.groupAxis(axis)) }
    return GroupNormalization(
      groups: groups == -1 ? nil : groups, axis: axis, epsilon: try epsilon(),
      scales: try boolean("scale", default: true), centers: try boolean("center", default: true))
  }

  /// Keras 3 bounds the inverse norm by 1e12, tf_keras the squared norm by 1e-12.
  ///
  /// Source: keras/src/ops/nn.py `normalize`; tf.nn.l2_normalize.
  mutating func unitNormalization() throws(NotUnderstood) -> Operation {
    .unitNormalization(axes: try axes(default: -1), smallestNorm: generation == .keras3 ? 1e-12 : 1e-6)
  }

  /// Statistics may be in the architecture, or weights that `adapt` has set.
  mutating func dataNormalization() throws(NotUnderstood) -> DataNormalization {
    let axes =
      json["axis"]?.array?.isEmpty == true || json["axis"]?.isNull == true ? [] : try axes(default: -1)
    _ = take("axis")
    let isInverse = try boolean("invert", default: false)
    guard json["mean"].map({ !$0.isNull }) ?? false else {
      for key: ByteString in ["mean", "variance"] { _ = take(key) }
      return DataNormalization(axes: axes, statistics: nil, isInverse: isInverse)
    }
    let (mean, variance) = (try numbers("mean"), try numbers("variance"))
    guard mean.count == variance.count, mean.count == 1 || axes.count == 1 else {
      throw NotUnderstood(.statisticsAxes)
    }
    return DataNormalization(
      axes: axes, statistics: .init(mean: mean, variance: variance), isInverse: isInverse)
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
        throw .malformed(.attribute(key, .notNumbers))
      }
      return values
    }
    return [try number(key, default: fallback)]
  }

  /// What is added to the variance: null is not a number, and no other default may replace it.
  private mutating func epsilon(default fallback: Double = 1e-3) throws(NotUnderstood) -> Double {
    guard json["epsilon"]?.isNull != true else { throw .malformed(.attribute("epsilon", .null)) }
    let epsilon = try number("epsilon", default: fallback)
    guard epsilon >= 0 else { throw .malformed(.attribute("epsilon", .negative)) }
    return epsilon
  }

  /// An axis or a list of axes.
  mutating func axes(default fallback: Int) throws(NotUnderstood) -> [Int] {
    guard let list = json["axis"]?.array else { return [try integer("axis", default: fallback)] }
    _ = take("axis")
    let axes = list.compactMap(\.smallInteger)
    guard axes.count == list.count, !axes.isEmpty else {
      throw .malformed(.attribute("axis", .notIntegers))
    }
    return axes
  }
}
