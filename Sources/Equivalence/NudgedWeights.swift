import Bytes
import Elements
import ModelGraph

/// The weights of a model with another rounding: about half of them moved by one unit in the last place.
///
/// Folding rounds weights again at every layer. What that does to a network that amplifies rounding somewhere in its depth no
/// change of its inputs shows.
struct NudgedWeights: WeightStore {
  let base: any WeightStore
  /// The element types of the stored weights that are computed with, by number.
  let types: [Int: ElementType]
  let seed: UInt64

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    let stored = try base.bytes(ofWeight: number, elements: elements)
    guard let type = types[number], let unit = type.ulpOfOne else { return stored }
    let values: [Double] = stored.withUnsafeBytes { type.decode($0) }
    return type.encode(
      zip(elements, values).map { element, value in
        // The same element is moved the same way, in whatever blocks it is read.
        var generator = SeededGenerator(seed: seed ^ UInt64(number) << 40 ^ UInt64(element))
        let random = generator.next()
        guard random & 1 == 1 else { return value }
        return value * (1 + (random & 2 == 2 ? unit : -unit))
      })
  }
}

extension Model {
  /// The model with another rounding of its stored weights.
  func nudged(seed: UInt64) -> Model {
    var types: [Int: ElementType] = [:]
    graph.forEachGraph { graph, _ in
      for variable in graph.layers.flatMap({ $0.core.variables ?? [] }) {
        if case .stored(let number) = variable.value { types[number] = variable.elementType }
      }
    }
    return Model(graph: graph, weights: NudgedWeights(base: weights, types: types, seed: seed))
  }
}
