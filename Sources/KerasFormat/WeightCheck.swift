import Bytes
import Elements
import ModelGraph

/// Whether the saved weights of a layer can be its own: names, types, and the axis of batch normalizations.
struct WeightCheck {
  let layer: Layer
  /// The shape of its first input; nil if it is not known.
  let input: PartialShape?

  /// Precision policies under which every weight is a floating-point number that HDF5 has a type for.
  private static let floats: Set<ByteString> = [
    "float16", "float32", "float64", "mixed_float16", "mixed_bfloat16",
  ]

  /// The broken rule; nil if there is none.
  ///
  /// - Parameters:
  ///   - owners: for each weight the layer that it belongs to, and what it is there.
  ///   - stored: as many weights, as the file has them.
  func brokenRule(
    _ owners: [(layer: Layer, variable: ExpectedVariable)], _ stored: [Variable]
  ) -> WeightsRule? {
    guard Set(stored.map(\.name)).count == stored.count else { return .repeatedName }
    for (owner, weight) in zip(owners, stored) {
      let type = weight.elementType
      if owner.variable.role != .count, !type.isFloatingPoint, !type.description.hasPrefix("float"),
        Self.floats.contains(owner.layer.precision)
      {
        return .elementType(weight: weight.name, type: type)
      }
      // Keras loads by position: it would exchange the weights. In a nested model, other evidence is looked at too.
      if layer.core.body == nil,
        WeightNameEvidence(weight.name).contradicts(owner.variable.role, of: layer, others: [])
      {
        return .exchanged(weight: weight.name)
      }
    }
    return brokenAxis ?? brokenShape(owners, stored)
  }

  private func brokenShape(
    _ owners: [(layer: Layer, variable: ExpectedVariable)], _ stored: [Variable]
  ) -> WeightsRule? {
    for (owner, weight) in zip(owners, stored) {
      if let shape = owner.variable.shape, !shape.admits(weight.shape) {
        return .shape(weight: weight.name, found: weight.shape, expected: shape)
      }
    }
    return nil
  }

  /// The statistics of a batch normalization belong to the same channels.
  ///
  /// - Returns: the broken rule; nil if all batch normalizations of a layer, inner ones included, keep it.
  static func brokenRule(ofStatisticsOf layer: Layer) -> WeightsRule? {
    for inner in layer.core.body?.layers ?? [] {
      if let rule = brokenRule(ofStatisticsOf: inner) { return rule }
    }
    guard case .batchNormalization = layer.core.operation else { return nil }
    let shapes = Set((layer.core.variables ?? []).map(\.shape))
    return shapes.count <= 1 ? nil : .statisticsShapes(shapes)
  }

  private var brokenAxis: WeightsRule? {
    guard case .batchNormalization(let normalization) = layer.operation, normalization.obstacle == nil,
      let input
    else { return nil }
    let axis = normalization.axes.first {
      normalizedAxis($0, rank: input.count).map { $0 == 0 && input[0] == nil } ?? true
    }
    return axis.map { .channelAxis($0, input: input) }
  }
}
