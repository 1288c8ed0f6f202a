import Elements
import ModelGraph

/// The vectors of numbers of a model's batch normalizations, by their bits.
struct VectorSet {
  private var vectors: Set<[UInt64]> = []
  /// The element types of all weights.
  private(set) var types: Set<ElementType> = []

  /// - Throws: what the store throws.
  init(of model: Model) throws {
    try model.graph.forEachGraph { graph, _ in
      for layer in graph.layers {
        types.formUnion((layer.core.variables ?? []).map(\.elementType))
        if case .batchNormalization = layer.core.operation {
          for variable in layer.core.variables ?? [] where variable.elementType.isFloatingPoint {
            vectors.insert(try Self.bits(variable, model.weights))
          }
        } else if case .function(let function) = layer.core.operation, function.combinesWithWeight {
          for variable in layer.core.variables ?? [] where variable.elementType.isFloatingPoint {
            if variable.shape.filter({ $0 != 1 }).count < 2 {
              vectors.insert(try Self.bits(variable, model.weights))
            }
          }
        }
      }
    }
  }

  /// - Throws: what the store throws.
  func contains(_ variable: Variable, of store: any WeightStore) throws -> Bool {
    vectors.contains(try Self.bits(variable, store))
  }

  private static func bits(_ variable: Variable, _ store: any WeightStore) throws -> [UInt64] {
    let values: [Double] = try variable.elements(from: store)
    return values.map(\.bitPattern)
  }
}
