/// How the borders of the spatial axes are treated, in convolutions and pooling.
public enum Padding: Sendable, Hashable {
  /// So many elements are added before and after each axis.
  case explicit([EdgeAmounts])
  /// As many as it takes to have a window for each stride of the input; an odd one comes at this end.
  ///
  /// Source: TensorFlow's convolution arithmetic, as keras/src/backend/common/backend_utils.py has it; SAME_UPPER and SAME_LOWER
  /// of ONNX.
  case same(odd: End)

  /// An end of an axis.
  public enum End: Sendable, Hashable { case before, after }

  /// Nothing is added to so many axes: `valid`.
  public static func none(rank: Int) -> Padding {
    .explicit([EdgeAmounts](repeating: EdgeAmounts(before: 0, after: 0), count: rank))
  }

  /// As Keras pads: an odd element comes after the axis.
  public static let same = Padding.same(odd: .after)
}

extension Padding.End {
  /// The two parts of a number of elements.
  func split(_ total: Int) -> EdgeAmounts {
    let less = total / 2
    return self == .after
      ? EdgeAmounts(before: less, after: total - less) : EdgeAmounts(before: total - less, after: less)
  }
}

extension Convolution {
  /// What the padding is called: `valid`, `same`, `causal`, or the numbers before and after each axis.
  public var paddingName: String {
    guard case .explicit(let amounts) = padding else { return "same" }
    if amounts.allSatisfy({ $0.before == 0 && $0.after == 0 }) { return "valid" }
    if amounts.indices.allSatisfy({
      amounts[$0] == EdgeAmounts(before: window(axis: $0).extent - 1, after: 0)
    }) {
      return "causal"
    }
    return amounts.map { "\($0.before), \($0.after)" }.joined(separator: "; ")
  }

  /// Whether a window may reach over the border of the input.
  public var isPadded: Bool {
    switch padding {
    case .explicit(let amounts): amounts.contains { $0.before > 0 || $0.after > 0 }
    case .same: kernelSize.contains { $0 > 1 }
    }
  }
}
