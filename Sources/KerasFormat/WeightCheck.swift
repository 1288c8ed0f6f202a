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

  /// The broken rule in words; nil if there is none.
  ///
  /// - Parameters:
  ///   - owners: for each weight the layer that it belongs to, and what it is there.
  ///   - stored: as many weights, as the file has them.
  func obstacle(_ owners: [(layer: Layer, variable: ExpectedVariable)], _ stored: [Variable]) -> String? {
    guard Set(stored.map(\.name)).count == stored.count else { return "weight_names has a name twice" }
    for (owner, weight) in zip(owners, stored) {
      let type = weight.elementType
      if owner.variable.role != .count, !type.isFloatingPoint, !type.description.hasPrefix("float"),
        Self.floats.contains(owner.layer.precision)
      {
        return "the weight \(weight.name) has elements of type \(type), not floating-point numbers"
      }
      // Keras loads by position: it would exchange the weights. In a nested model, other evidence is looked at too.
      if layer.core.body == nil,
        WeightNameEvidence(weight.name).contradicts(owner.variable.role, of: layer, others: [])
      {
        return "the weight \(weight.name) is saved where another one of the layer belongs"
      }
    }
    return axisObstacle ?? shapeObstacle(owners, stored)
  }

  private func shapeObstacle(
    _ owners: [(layer: Layer, variable: ExpectedVariable)], _ stored: [Variable]
  ) -> String? {
    for (owner, weight) in zip(owners, stored) {
      if let shape = owner.variable.shape, !shape.admits(weight.shape) {
        return
          "the weight \(weight.name) has the shape \(describe(weight.shape)); expected \(describe(shape))"
      }
    }
    return nil
  }

  /// The statistics of a batch normalization belong to the same channels.
  ///
  /// - Returns: the broken rule in words; nil if all batch normalizations of a layer, inner ones included, keep it.
  static func statisticsObstacle(of layer: Layer) -> String? {
    for inner in layer.core.body?.layers ?? [] {
      if let obstacle = statisticsObstacle(of: inner) { return obstacle }
    }
    guard case .batchNormalization = layer.core.operation else { return nil }
    let shapes = Set((layer.core.variables ?? []).map(\.shape))
    return shapes.count <= 1
      ? nil : "its statistics have different shapes: \(shapes.map { describe($0) }.sorted())"
  }

  private var axisObstacle: String? {
    guard case .batchNormalization(let normalization) = layer.operation, normalization.obstacle == nil,
      let input
    else { return nil }
    let axis = normalization.axes.first {
      normalizedAxis($0, rank: input.count).map { $0 == 0 && input[0] == nil } ?? true
    }
    return axis.map { "the axis \($0) is not an axis of channels of its input \(describe(input))" }
  }
}
