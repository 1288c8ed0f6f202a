import Bytes
import ModelGraph

/// The operators of ONNX that bnfold knows, each read from its node whatever the version is.
///
/// Source: ONNX operator specification and its changelog, https://onnx.ai/onnx/operators and onnx/docs/Changelog.md. A reader asks
/// for the version where the meaning of a node has changed.
enum OperatorTable {
  /// What a node computes.
  typealias Reader = @Sendable (inout NodeReading) throws(CarriedReason) -> Operation

  /// The versions whose operators are known.
  static let versions: ClosedRange<Int64> = 6...28

  /// The reader of an operator; nil where it is not known.
  static subscript(name: ByteString) -> Reader? { readers[name] }

  private static let readers: [ByteString: Reader] = {
    let families = [
      linear, normalizations, activations, pooling, elementwise, combinations, reductions, shapes, places,
      elements, resizing, recurrences,
    ]
    return families.reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
  }()
}
