import Bytes

/// Counts elements of weights that are worth knowing: each weight's once, however often it is compared.
final class WeightTally {
  private struct Place: Hashable {
    let layer: Int
    let weight: ByteString
  }

  private var counts: [Place: Int] = [:]

  func add(_ count: Int, ofLayer layer: Int, weight: ByteString) {
    guard count > 0 else { return }
    let place = Place(layer: layer, weight: weight)
    counts[place] = max(counts[place] ?? 0, count)
  }

  /// How many there are, and the layers that have them.
  ///
  /// - Parameter names: of layers by number.
  func weights(_ names: [Int: ByteString]) -> (count: Int, layers: [ByteString]) {
    (counts.values.reduce(0, +), Set(counts.keys.map(\.layer)).sorted().compactMap { names[$0] })
  }
}
