import Elements

extension EinsumDense {
  /// Sizes that only the kernel has are those that the layer says.
  func outputShape(input: PartialShape) -> PartialShape? {
    let elided = input.count - inputLabels.count
    guard ellipsis == .none ? elided == 0 : elided >= 0 else { return nil }
    let places = ellipsis == .leading ? elided..<input.count : 0..<inputLabels.count
    let sizes = Dictionary(zip(inputLabels, input[places]), uniquingKeysWith: { first, _ in first })
    let labelled: PartialShape = outputLabels.enumerated().map { place, label in
      (sizes[label] ?? nil) ?? (outputSizes.indices.contains(place) ? outputSizes[place] : nil)
    }
    switch ellipsis {
    case .none: return labelled
    case .leading: return input[..<elided] + labelled
    case .trailing: return labelled + input[inputLabels.count...]
    }
  }
}
