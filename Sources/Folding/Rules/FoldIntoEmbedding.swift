import Elements
import ModelGraph

/// A batch normalization after an embedding becomes part of its table.
///
/// Before:      y = BN(E[index]), the batch normalization over the last axis
/// After:       y = E'[index]
/// Conditions:  as many statistics as the embedding has dimensions
/// Formula:     E'[v, d] = E[v, d] * s[d] + t[d]
enum FoldIntoEmbedding: FoldingRule, NamedRule {
  static let name = "embedding"
  static let summary = "each row of the table is scaled and shifted"

  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer {
    guard case .embedding(let embedding) = request.layer.operation else {
      preconditionFailure("not an embedding")
    }
    try request.requireAxis(.fromBack(1), channels: embedding.dimension, rank: nil)
    var layer = request.layer
    let table = try request.weight(.embeddings)
    guard table.shape.count == 2, table.shape[1] == embedding.dimension else {
      throw Refusal(.statisticsShape, "\(request.layer.name) has a table of another shape")
    }
    layer.set(
      table.scaled(by: ChannelScale(factors: request.map.scale, inner: 1))
        .shifted(by: ChannelScale(factors: request.map.shift, inner: 1)))
    return layer
  }
}
