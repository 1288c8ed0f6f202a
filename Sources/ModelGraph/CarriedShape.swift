import Elements

/// The shape of what a layer gives that is carried and not run.
public enum CarriedShape: Sendable, Hashable {
  /// That of its input.
  case sameAsInput
  /// The batch, and these axes, whatever one text for each sample becomes.
  case axes(PartialShape)
  /// The batch, time steps where the layer gives all of them, and units.
  case sequence(units: Int, returnsSequences: Bool)

  /// One number for each of so many tokens in the place of the last axis; one-hot codes of several numbers have an axis more.
  case encoded(tokens: Int, isOneHot: Bool)
  /// What the operation would give that the layer is but for something that changes no shape.
  case of(Operation)

  func outputShape(input: PartialShape?) -> PartialShape? {
    switch self {
    case .sameAsInput: return input
    case .of(let operation): return operation.outputShape(inputs: [input])
    case .encoded(let tokens, let isOneHot):
      guard let input, let last = input.last, !isOneHot || last != nil else { return nil }
      return isOneHot && last != 1 ? input + [tokens] : input.dropLast() + [tokens]
    case .axes(let axes):
      guard let input, input.count <= 2 else { return nil }
      return input.prefix(1) + axes
    case .sequence(let units, let returnsSequences):
      guard let input, input.count == 3 else { return nil }
      return returnsSequences ? [input[0], input[1], units] : [input[0], units]
    }
  }
}
