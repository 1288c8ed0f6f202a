import Bytes

/// Counts folded weights that are subnormal numbers: each layer's once, however often it is compared.
final class SubnormalTally {
  private var counts: [Int: Int] = [:]

  func add(_ count: Int, ofLayer layer: Int) { counts[layer] = max(counts[layer] ?? 0, count) }

  /// - Parameter names: of layers by number.
  func weights(_ names: [Int: ByteString]) -> SubnormalWeights {
    let layers = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
    return SubnormalWeights(
      count: layers.reduce(0) { $0 + $1.value }, layers: layers.compactMap { names[$0.key] })
  }
}
