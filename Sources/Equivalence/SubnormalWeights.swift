import ModelGraph
import Tensor

extension Layer {
  /// Elements that are read at a time.
  private static let blockElements = 1 << 14

  /// How many of the layer's weights are subnormal: exact in their way, but slow to compute with on many processors.
  ///
  /// - Throws: what the store throws.
  func subnormalWeightCount(in store: any WeightStore) throws -> Int {
    try (core.variables ?? []).reduce(0) { count, variable in
      guard let least = variable.elementType.leastNormalMagnitude else { return count }
      let blocks = (0..<variable.shape.elementCount).blocks(of: Self.blockElements)
      return try blocks.reduce(count) { count, block in
        if variable.elementType == .float32 {
          let elements: [Float] = try variable.elements(from: store, range: block)
          return count + elements.reduce(0) { $0 + ($1.isSubnormal ? 1 : 0) }
        }
        let elements: [Double] = try variable.elements(from: store, range: block)
        return count + elements.reduce(0) { $0 + ($1 != 0 && abs($1) < least ? 1 : 0) }
      }
    }
  }
}
