import Bytes

/// Why statistics cannot be estimated.
public struct CalibrationError: Error, Sendable, CustomStringConvertible {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// No batch normalization has the name, or fits the pattern.
    case noSuchLayer
    /// The layer was named, and cannot be calibrated.
    case notCalibrated(String)
    /// The model has none that can be calibrated.
    case nothingToDo(String)
    /// A batch with one value a channel, where more are needed.
    case singleValue(samples: Int, isNormalizedByIt: Bool)
    /// What goes into the layer is not finite.
    case notFinite(batch: Int)
    /// The layer is never reached, so that it has no statistics.
    case notReached
    /// A new statistic does not fit the type in which the file has it.
    case doesNotFit(String)
  }

  public let rule: Rule
  /// The layer, with the models around it, or the pattern; empty where it is about the whole model.
  public let layer: ByteString

  public init(_ rule: Rule, layer: ByteString = "") {
    self.rule = rule
    self.layer = layer
  }

  public var description: String {
    switch rule {
    case .noSuchLayer:
      "there is no batch normalization with the name \(layer); bnfold inspect lists them"
    case .notCalibrated(let why): "the batch normalization \(layer) cannot be calibrated: \(why)"
    case .nothingToDo(let why): "there is no batch normalization to calibrate\(why)"
    case .singleValue(let samples, let isNormalizedByIt):
      """
      the batch normalization \(layer) gets one value a channel from a batch of \(samples) \
      \(samples == 1 ? "sample" : "samples"): \
      \(isNormalizedByIt ? "normalized by itself, it would always be zero" : "m - 1 is 0, so that there is no unbiased variance"); \
      choose another --batch-size, or leave the batch out with --batches
      """
    case .notFinite(let batch):
      """
      what goes into the batch normalization \(layer) is not finite in batch \(batch + 1): an earlier layer overflows, or has \
      weights that are not finite
      """
    case .notReached: "the batch normalization \(layer) is never reached, so that it gets no data"
    case .doesNotFit(let what): "the batch normalization \(layer) would get \(what)"
    }
  }
}
