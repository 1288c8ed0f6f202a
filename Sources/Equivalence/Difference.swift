import Bytes

/// Something in which a folded model is not what the original is.
public struct Difference: Sendable, Equatable, Codable {
  /// The layer of the folded model, with the models around it; empty for the model itself.
  public let layer: ByteString
  /// What differs: an attribute such as `strides`, a weight such as `kernel`, or a scale or shift of what the layer gives.
  public let subject: String
  /// Which element or channel; nil for the whole.
  public let place: String?
  /// What the original has, or what exact folding gives.
  public let expected: String
  /// What the folded model has.
  public let found: String
  /// How far apart both are, in units in the last place of the stored type; nil where that means nothing.
  public let ulps: Double?
  /// How many elements or channels differ.
  public let count: Int
  /// Whether it is seen to differ; false for a place where nothing more could be proven.
  public let isDifference: Bool

  public init(
    layer: ByteString, subject: String, place: String?, expected: String, found: String, ulps: Double?,
    count: Int, isDifference: Bool
  ) {
    (self.layer, self.subject, self.place) = (layer, subject, place)
    (self.expected, self.found, self.ulps) = (expected, found, ulps)
    (self.count, self.isDifference) = (count, isDifference)
  }

  /// Numbers that overflow or cancel out, so that equal algebra gives other results.
  init(_ run: OutputRun) {
    self.init(
      layer: "",
      subject:
        "output \(run.name) on inputs \(run.inputs), where the algebra is the same and the numbers are not",
      place: nil, expected: "", found: "", ulps: nil, count: 1, isDifference: false)
  }

  init(_ mismatch: Mismatch, layer: ByteString) {
    self.init(
      layer: layer, subject: mismatch.subject, place: mismatch.place, expected: mismatch.expected,
      found: mismatch.found, ulps: mismatch.ulps, count: mismatch.count, isDifference: mismatch.isDifference)
  }
}
