import Bytes

/// Why a model cannot be run.
public struct EvaluationError: Error, Sendable, CustomStringConvertible {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// The layer is of a kind or has an argument that bnfold does not run.
    case notRun(String)
    /// Shapes do not fit.
    case shape(String)
    /// A result would be too large.
    case tooLarge(elements: Int)
  }

  public let rule: Rule
  /// The layer's name.
  public let layer: ByteString

  public init(_ rule: Rule, layer: ByteString) {
    self.rule = rule
    self.layer = layer
  }

  public var description: String {
    switch rule {
    case .notRun(let why): "the layer \(layer) cannot be run: \(why)"
    case .shape(let what): "the layer \(layer) cannot be run: \(what)"
    case .tooLarge(let elements):
      "the layer \(layer) cannot be run: its result would have \(elements) elements"
    }
  }
}
