import Inference
import ModelGraph
import Tensor

/// What a claim about related tensors means for numbers.
extension TensorRelation {
  /// What the layers before and the layer after are given: related as the claim says.
  ///
  /// - Parameter probe: random numbers, for the side that the formula starts from.
  func bothSides(
    from probe: DenseArray<Double>, layer: ByteString
  ) throws -> (before: DenseArray<Double>, after: DenseArray<Double>) {
    guard let map = try map(layer) else { return (probe, probe) }
    let other = try probe.mapped(by: map, layer: layer)
    return map.direction == .image ? (probe, other) : (other, probe)
  }

  /// What the layers before gave and what the layer after gave, so that both have to be equal.
  func comparable(
    _ before: DenseArray<Double>, _ after: DenseArray<Double>, layer: ByteString
  ) throws -> (DenseArray<Double>, DenseArray<Double>) {
    guard let map = try map(layer) else { return (before, after) }
    return map.direction == .image
      ? (try before.mapped(by: map, layer: layer), after) : (before, try after.mapped(by: map, layer: layer))
  }

  /// The magnitudes that the folded layer adds up, in the units in which the results are compared.
  func size(ofNew magnitudes: DenseArray<Double>) -> DenseArray<Double> {
    guard case .affine(let map) = self, map.direction == .preimage else { return magnitudes }
    return magnitudes.scaled(by: map)
  }

  /// The magnitudes that the layers before add up, in the units in which the results are compared.
  func size(ofOld magnitudes: DenseArray<Double>) -> DenseArray<Double> {
    guard case .affine(let map) = self, map.direction == .image else { return magnitudes }
    return magnitudes.scaled(by: map)
  }

  /// By how many units in the last place, at most, rounding the new weights moves the result.
  ///
  /// Half a unit where each product of the sum has one rounded factor. A batch normalization whose mean and gamma have both
  /// been rounded has two.
  func roundings(in folded: Layer) -> Double {
    if case .batchNormalization = folded.core.operation, self != .same { return 1 }
    return 0.5
  }

  private func map(_ layer: ByteString) throws -> TensorMap? {
    switch self {
    case .same: return nil
    case .affine(let map): return map
    case .unknown: throw EvaluationError(.notRun("its input or output has been changed twice"), layer: layer)
    }
  }
}

extension DenseArray<Double> {
  var magnitudes: DenseArray { DenseArray(shape: shape, values: values.map(abs)) }

  /// - Throws: `EvaluationError` where the map does not fit the shape.
  fileprivate func mapped(by map: TensorMap, layer: ByteString) throws -> DenseArray {
    guard let result = changed(along: map, { $0 * $1 + $2 }) else {
      throw EvaluationError(.shape("a map of \(map.channels) channels does not fit \(shape)"), layer: layer)
    }
    return result
  }

  /// Sums of magnitudes, each channel times the magnitude of its scale; the shift's own size added.
  fileprivate func scaled(by map: TensorMap) -> DenseArray {
    changed(along: map) { abs($0) * $1 + abs($2) } ?? self
  }

  /// - Parameter change: gives an element's new value from its channel's scale, its value, and its channel's shift.
  /// - Returns: nil where the map does not fit the shape.
  private func changed(
    along map: TensorMap, _ change: (_ scale: Double, _ value: Double, _ shift: Double) -> Double
  ) -> DenseArray? {
    guard map.axis < rank, shape[map.axis] == map.channels else { return nil }
    let inner = shape[(map.axis + 1)...].reduce(1, *)
    return DenseArray(
      shape: shape,
      values: values.enumerated().map { index, value in
        let channel = (index / inner) % map.channels
        return change(map.scale[channel], value, map.shift[channel])
      })
  }
}
