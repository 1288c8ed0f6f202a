import Elements
import ModelGraph

/// The weights of a layer in a SpectralNormalization, by name: one list with those of the wrapper.
///
/// The wrapper has the kernel and its vector u, and then what else its layer has.
/// Source: `build` in keras/src/layers/normalization/spectral_normalization.py, and `weights` in keras/src/layers/layer.py;
/// the order was compared with what Keras 3.15 saves, frozen and not.
extension Layer {
  /// The weights that it must have, in the order in which Keras holds them; nil where bnfold does not know them.
  ///
  /// - Parameter input: the shape of the layer's input, where known.
  func expectedVariables(byName input: PartialShape?) -> [ExpectedVariable]? {
    guard var expected = operation.expectedVariables(input: input) else { return nil }
    if !weightOwner.isEmpty {
      let vector = ExpectedVariable(role: .other(0), isTrainable: false, shape: nil)
      expected.insert(vector, at: min(1, expected.count))
    }
    return expected
  }

  /// The weights that it has, in the same order.
  var variablesByName: [Variable]? {
    guard !weightOwner.isEmpty, let variables else { return variables }
    let (vector, own) = (variables.filter { $0.role == .other(0) }, variables.filter { $0.role != .other(0) })
    return own.prefix(1) + vector + own.dropFirst()
  }
}
