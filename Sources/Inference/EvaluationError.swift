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

  /// The most elements of a result: 2 GiB of Double.
  static let largestResult = 1 << 28

  public let rule: Rule
  /// The layer's name.
  public let layer: ByteString

  /// A sentence that may have a list of a million numbers in it.
  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 400 ? text : text.prefix(400) + " …"
  }

  public init(_ rule: Rule, layer: ByteString) {
    self.rule = rule
    self.layer = layer
  }

  public var description: String {
    switch rule {
    case .notRun(let why): "the layer \(layer) cannot be run: \(why)"
    case .shape(let what): "the layer \(layer) cannot be run: \(Self.shortened(what))"
    case .tooLarge(let elements):
      """
      the layer \(layer) cannot be run: its result would have \(grouped(elements)) elements, \
      more than \(grouped(Self.largestResult))
      """
    }
  }
}
