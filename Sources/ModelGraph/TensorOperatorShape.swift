import Elements

extension TensorOperator {
  /// The shape of the first result, as far as the shapes of the operands decide it; nil elsewhere.
  ///
  /// - Parameter operands: nil for those that are absent or unknown.
  func outputShape(operands: [PartialShape?]) -> PartialShape? {
    let first = operands.first ?? nil
    switch self {
    case .constant, .cast, .castLike, .triangle, .clip, .cumulativeSum, .isInfinite, .parametricReLU,
      .layerNormalization, .rootMeanSquareNormalization, .instanceNormalization, .groupNormalization,
      .localResponseNormalization, .normNormalization, .meanVarianceNormalization, .eyeLike,
      .scatterElements, .scatterND:
      return first
    case .layer(let operation, _): return operation.outputShape(inputs: [first])
    case .shape(let start, let end):
      guard let rank = first?.count else { return nil }
      return [TensorFunction.positions(of: start, end, 1, size: rank).count]
    case .size: return []
    case .gather(let axis): return gathered(first, operands.last ?? nil, axis: axis)
    case .gatherElements: return operands.count == 2 ? operands[1] : nil
    case .concatenate(let axis): return Merge.concatenate(axis: axis).outputShape(inputs: operands)
    case .select, .sum, .mean, .maximum, .minimum: return TensorFunction.broadcast(operands)
    case .matrixProduct:
      return TensorFunction.matrixProduct.outputShape(inputs: operands)
    case .generalProduct(_, _, let transposesA, let transposesB):
      guard operands.count > 1, let left = first, let right = operands[1], left.count == 2, right.count == 2
      else { return nil }
      return [left[transposesA ? 1 : 0], right[transposesB ? 0 : 1]]
    case .argument(_, let axis, let keepsAxis, _):
      guard let first, let place = normalizedAxis(axis, rank: first.count) else { return nil }
      return first.indices.compactMap { $0 == place ? (keepsAxis ? .some(1) : nil) : .some(first[$0]) }
    case .reduce(let reduction, let keepsAxes, let isIdentityWithoutAxes):
      guard operands.count < 2 || operands[1] == nil else { return nil }
      if isIdentityWithoutAxes { return first }
      return TensorFunction.reduction(reduction, axes: nil, keepsAxes: keepsAxes).outputShape(inputs: [first])
    case .reshape, .squeeze, .unsqueeze, .expand, .tile, .slice, .gatherND, .split, .pad, .depthToSpace,
      .spaceToDepth, .resize, .constantOfShape, .range, .oneHot, .topElements, .nonZero, .einsum,
      .recurrence:
      return nil
    }
  }

  private func gathered(_ data: PartialShape?, _ indices: PartialShape?, axis: Int) -> PartialShape? {
    guard let data, let indices, let place = normalizedAxis(axis, rank: data.count) else { return nil }
    return data[..<place] + indices + data[(place + 1)...]
  }
}
