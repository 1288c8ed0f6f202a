import ModelGraph

/// The word by which a layer of Keras says what happens at the borders.
enum PaddingWord {
  case valid, same, causal
}

extension Convolution {
  /// Pads as a word says.
  ///
  /// Source: keras/src/backend/common/backend_utils.py for the transposed convolution, whose result is cut and lengthened so that it
  /// has the size that Keras gives it.
  ///
  /// - Parameter outputPadding: as the layer writes it; nil where Keras infers it.
  mutating func pad(_ word: PaddingWord, outputPadding: [Int]?) {
    if case .transposed = kind {
      padTransposed(isCut: word != .valid, outputPadding: outputPadding)
      return
    }
    switch word {
    case .valid: padding = .none(rank: kernelSize.count)
    case .same: padding = .same
    case .causal:
      padding = .explicit(
        kernelSize.indices.map { EdgeAmounts(before: window(axis: $0).extent - 1, after: 0) })
    }
  }

  private mutating func padTransposed(isCut: Bool, outputPadding: [Int]?) {
    let extents = kernelSize.indices.map { window(axis: $0).extent }
    // Keras lengthens a result that would be shorter than a stride for each element of the input.
    kind = .transposed(
      outputPadding: outputPadding ?? extents.indices.map { max(strides[$0] - extents[$0], 0) })
    guard isCut else {
      padding = .none(rank: kernelSize.count)
      return
    }
    guard let outputPadding else {
      padding = .same
      return
    }
    padding = .explicit(
      extents.indices.map { axis in
        let cut = 2 * (extents[axis] / 2)
        let before = max(cut - outputPadding[axis], 0) / 2
        return EdgeAmounts(before: before, after: cut - before)
      })
  }
}
