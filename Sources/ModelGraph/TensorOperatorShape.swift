import Elements

extension TensorOperator {
  /// The shape of the first result, as far as the shapes of the operands decide it; nil elsewhere.
  ///
  /// - Parameter operands: nil for those that are absent or unknown.
  func outputShape(operands: [PartialShape?]) -> PartialShape? {
    outputShapes(operands: operands, values: operands.map { _ in nil }, count: 1)[0]
  }

  /// The shapes of the results; nil where they cannot be derived.
  ///
  /// - Parameters:
  ///   - operands: their shapes; nil for those that are absent or unknown.
  ///   - values: elements of those that are integers and known, in row-major order.
  ///   - absent: which operands are known to be absent.
  ///   - count: how many results there are.
  public func outputShapes(
    operands: [PartialShape?], values: [[Int64]?], absent: Set<Int> = [], count: Int
  ) -> [PartialShape?] {
    let given = GivenOperands(
      shapes: operands.map { $0?.bounded }, values: values.map { $0?.map { Int($0) } }, absent: absent)
    let shapes: [PartialShape?]
    switch self {
    case .split(let axis): shapes = given.split(axis: axis, count: count)
    case .topElements(let axis, _, _):
      let shape = given.replacing(axis) { _ in given.integer(1) }
      shapes = [shape, shape]
    case .maximumPooling(let pooling, _):
      let shape = given.first.flatMap { pooling.outputShape(input: $0) }
      shapes = [shape, shape]
    case .recurrence(let recurrence): shapes = given.recurrence(recurrence)
    case .conditional:
      shapes = (0..<count).map { given.shape(1 + $0)?.inCommon(with: given.shape(1 + count + $0)) }
    case .trainingNormalization:
      let channels = given.first.flatMap { $0.count > 1 ? PartialShape([$0[1]]) : nil }
      shapes = [given.first, channels, channels]
    case .layerNormalization(let axis, _):
      let statistics = given.first.flatMap { shape in
        normalizedAxis(axis, rank: shape.count).map { place in
          PartialShape(shape[..<place]) + PartialShape(repeating: 1, count: shape.count - place)
        }
      }
      shapes = [given.first, statistics, statistics]
    default: shapes = [firstShape(given)]
    }
    return (0..<max(1, count)).map { $0 < shapes.count ? shapes[$0]?.bounded : nil }
  }

  private func firstShape(_ given: GivenOperands) -> PartialShape? {
    switch self {
    case .constant, .cast, .castLike, .triangle, .clip, .cumulativeSum, .isInfinite, .parametricReLU,
      .layerNormalization, .rootMeanSquareNormalization, .instanceNormalization, .groupNormalization,
      .localResponseNormalization, .normNormalization, .meanVarianceNormalization, .eyeLike,
      .scatterElements, .scatterND:
      return given.first
    case .layer(let operation, _): return operation.outputShape(inputs: [given.first])
    case .shape(let start, let end):
      return given.first.map { [TensorFunction.positions(of: start, end, 1, size: $0.count).count] }
    case .size: return []
    case .concatenate(let axis): return Merge.concatenate(axis: axis).outputShape(inputs: given.shapes)
    case .select, .sum, .mean, .maximum, .minimum: return TensorFunction.broadcast(given.shapes)
    case .reduce(let reduction, let keepsAxes, let isIdentityWithoutAxes):
      return given.reduced(reduction, keepsAxes: keepsAxes, isIdentityWithoutAxes: isIdentityWithoutAxes)
    case .argument(_, let axis, let keepsAxis, _):
      guard let shape = given.first, let place = normalizedAxis(axis, rank: shape.count) else { return nil }
      return shape.indices.compactMap { $0 == place ? (keepsAxis ? .some(1) : nil) : .some(shape[$0]) }
    case .nonZero: return given.first.map { [$0.count, nil] }
    case .matrixProduct: return given.matrixProduct()
    case .generalProduct(_, _, let transposesA, let transposesB):
      guard let left = given.first, let right = given.shape(1), left.count == 2, right.count == 2 else {
        return nil
      }
      return [left[transposesA ? 1 : 0], right[transposesB ? 0 : 1]]
    case .einsum(let equation): return given.einsum(equation)
    case .gather, .gatherElements, .gatherND, .oneHot, .resize: return indexedShape(given)
    default: return movedShape(given)
    }
  }

  private func indexedShape(_ given: GivenOperands) -> PartialShape? {
    switch self {
    case .gather(let axis):
      guard let data = given.first, let indices = given.shape(1),
        let place = normalizedAxis(axis, rank: data.count)
      else { return nil }
      return data[..<place] + indices + data[(place + 1)...]
    case .gatherElements: return given.shape(1)
    case .gatherND(let batch):
      guard let data = given.first, let indices = given.shape(1), let last = indices.last, let last,
        batch >= 0, batch + last <= data.count
      else { return nil }
      return indices.dropLast() + data[(batch + last)...]
    case .oneHot(let axis):
      guard var shape = given.first, let place = normalizedAxis(axis, rank: shape.count + 1) else {
        return nil
      }
      shape.insert(given.integer(1), at: place)
      return shape
    case .resize(let resizing): return given.resized(resizing)
    default: return nil
    }
  }

  private func movedShape(_ given: GivenOperands) -> PartialShape? {
    switch self {
    case .reshape(let allowsZero): return given.reshaped(allowsZero: allowsZero)
    case .squeeze: return given.squeezed()
    case .unsqueeze:
      return given.first.flatMap { shape in
        given.list(1).flatMap { Reshape.expansion(axes: $0).outputShape(input: shape) }
      }
    case .expand: return given.expanded()
    case .tile: return given.tiled()
    case .slice: return given.sliced()
    case .pad: return given.padded()
    case .depthToSpace(let size, _): return given.first.flatMap { TensorShapes.depthToSpace($0, size) }
    case .spaceToDepth(let size, _): return given.first.flatMap { TensorShapes.spaceToDepth($0, size) }
    case .constantOfShape: return given.list(0)?.map { $0 } ?? given.unknownShape(ofLength: 0)
    case .range: return given.range()
    default: return nil
    }
  }
}

extension PartialShape {
  /// What two shapes have in common: a size that differs is unknown.
  public func inCommon(with other: PartialShape?) -> PartialShape? {
    guard let other, other.count == count else { return nil }
    return zip(self, other).map { $0 == $1 ? $0 : nil }
  }
}
