import Bytes
import Elements
import Folding
import ModelGraph

/// How Keras adds a bias.
///
/// With the TensorFlow backend `keras.ops.add` of Keras 3 takes a bias for one of the last axis whenever that axis has
/// as many elements, even where the bias belongs to another axis. The file would be right, and Keras's result wrong.
/// Source: keras/src/backend/tensorflow/numpy.py `add`, seen in 3.15.
public enum BiasAddition: FoldConstraint {
  /// Right in Keras 2, but Keras 3 may load the file, too.
  ///
  /// A bias that the layer had is wrong there already; one that it did not have must not be the first.
  case exactUnlessInKeras3
  /// As Keras 3 does.
  case guessesTheAxis

  /// Refuses a bias that would be added along another axis.
  ///
  /// - Parameters:
  ///   - layer: the folded layer, without its wrapper.
  ///   - original: the layer before.
  ///   - outputShape: the shape of its output, as far as it is known.
  /// - Throws: `Refusal`, with the shapes that Keras may take for each other.
  public func check(_ layer: Layer, original: Layer, outputShape: PartialShape?) throws(Refusal) {
    switch self {
    case .exactUnlessInKeras3:
      guard original.variable(.bias) == nil else { return }
      try check(layer.variable(.bias), of: layer, outputShape)
    case .guessesTheAxis:
      // Where the original's own bias goes astray, so does everything that is computed from it.
      for owner in [original, layer] { try check(owner.variable(.bias), of: layer, outputShape) }
    }
  }

  /// Refuses a sum of which Keras may take a term for a bias: one that has no other axis than that of the channels.
  ///
  /// - Parameters:
  ///   - terms: the shapes of the terms, as far as they are known, all of the same rank.
  ///   - axis: of the channels.
  ///   - path: the name of the layer that adds.
  /// - Throws: `Refusal`, with the size that two axes have.
  public func check(
    sumOf terms: [PartialShape?], alongAxis axis: Int, at path: ByteString
  ) throws(Refusal) {
    // In Keras 2 the sum is right; in Keras 3 the original is wrong already.
    guard self == .guessesTheAxis else { return }
    for (number, term) in terms.enumerated().dropFirst() {
      guard let term, term.indices.contains(axis), axis < term.count - 1 else { continue }
      // What is not known, such as the batch, may be 1.
      guard term.indices.allSatisfy({ $0 == axis || term[$0] ?? 1 == 1 }), term[axis] != 1 else { continue }
      for before in terms.prefix(number)
      where wrongAxis(for: term[axis], onAxis: axis, of: before) != nil {
        throw Refusal(
          .biasAxis,
          """
          Keras 3 may take a term of \(path) for a bias, and add it along the wrong axis, \
          since it has \(term[axis].map { "\($0)" } ?? "an unknown number of") channels and no other axis
          """)
      }
    }
  }

  /// An axis that is not that of the channels.
  private enum WrongAxis { case last, second }

  /// Where Keras may add a vector instead of along its own axis: an axis with the same number of elements, or one that is not known.
  private func wrongAxis(
    for channels: Int?, onAxis axis: Int?, of shape: PartialShape?
  ) -> WrongAxis? {
    func mayHaveThem(_ size: Int?) -> Bool { size == nil || channels == nil || size == channels }
    if mayHaveThem(shape?.last ?? nil) { return .last }
    let second = shape.flatMap { $0.count > 1 ? $0[1] : nil }
    return axis != 1 && mayHaveThem(second) ? .second : nil
  }

  private func check(
    _ bias: Variable?, of layer: Layer, _ outputShape: PartialShape?
  ) throws(Refusal) {
    guard let bias, let fromBack = axisFromBack(of: bias, in: layer) else { return }
    let channels = bias.shape.reduce(1, max)
    let axis = outputShape.map { $0.count - fromBack }
    switch wrongAxis(for: channels, onAxis: axis, of: outputShape) {
    case .last?:
      let last = outputShape?.last ?? nil
      throw refusal(layer, "\(last.map { "\($0)" } ?? "an unknown number of") elements", channels)
    case .second?: throw refusal(layer, "an axis of the same size before it", channels)
    case nil: break
    }
  }

  private func refusal(_ layer: Layer, _ found: String, _ channels: Int) -> Refusal {
    Refusal(
      .biasAxis,
      """
      Keras 3 may add the bias of \(layer.name) along the wrong axis, \
      since its output has \(found) on the last axis and the bias has \(channels)
      """)
  }

  /// The axis of a bias that is a vector, counted from the back; nil if it is the last or the bias is not a vector.
  private func axisFromBack(of bias: Variable, in layer: Layer) -> Int? {
    guard bias.shape.filter({ $0 > 1 }).count == 1 else { return nil }
    switch layer.operation {
    case .convolution(let convolution):
      return convolution.dataFormat == .channelsFirst ? convolution.tensorRank - 1 : nil
    case .einsumDense:
      guard let index = bias.shape.firstIndex(where: { $0 > 1 }) else { return nil }
      let distance = bias.shape.count - index
      return distance == 1 ? nil : distance
    default: return nil
    }
  }
}
