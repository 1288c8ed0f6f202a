import Bytes
import Elements
import ModelGraph

/// What the framework that will run the model demands of a folded layer, beyond the mathematics.
public protocol FoldConstraint: Sendable {
  /// Refuses a layer that the framework would not run as it is meant.
  ///
  /// - Parameters:
  ///   - layer: the folded layer, without its wrapper.
  ///   - original: the layer before.
  ///   - outputShape: the shape of its output, as far as it is known.
  /// - Throws: `Refusal`, with the reason.
  func check(_ layer: Layer, original: Layer, outputShape: PartialShape?) throws(Refusal)

  /// Refuses a sum that the framework would not compute as it is meant, so that a scale of its terms is not one of its result.
  ///
  /// - Parameters:
  ///   - terms: the shapes of the terms, as far as they are known, all of the same rank.
  ///   - axis: of the channels.
  ///   - path: the name of the layer that adds.
  /// - Throws: `Refusal`, with the reason.
  func check(sumOf terms: [PartialShape?], alongAxis axis: Int, at path: ByteString) throws(Refusal)
}

extension [any FoldConstraint] {
  func check(sumOf terms: [PartialShape?], alongAxis axis: Int, at path: ByteString) throws(Refusal) {
    for constraint in self { try constraint.check(sumOf: terms, alongAxis: axis, at: path) }
  }

  func check(_ layer: Layer, original: Layer, outputShape: PartialShape?) throws(Refusal) {
    for constraint in self { try constraint.check(layer, original: original, outputShape: outputShape) }
  }
}
