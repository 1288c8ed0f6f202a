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
}

extension [any FoldConstraint] {
  func check(_ layer: Layer, original: Layer, outputShape: PartialShape?) throws(Refusal) {
    for constraint in self { try constraint.check(layer, original: original, outputShape: outputShape) }
  }
}
