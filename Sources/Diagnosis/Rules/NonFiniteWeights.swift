import Bytes
import Elements
import ModelGraph
import Parallel
import Synchronization

/// Weights of other layers that are NaN or infinite: a fold carries them as they are, and an output becomes NaN.
struct NonFiniteWeights: DiagnosisRule {
  /// Elements that are read at a time.
  private static let blockElements = 1 << 16

  /// A layer and its weights that are not looked at elsewhere.
  private struct Weights {
    let path: ByteString
    let variables: [Variable]
  }

  func symptoms(in model: ExaminedModel) throws -> [Symptom] {
    let layers = model.graphs.flatMap(Self.weights)
    let counts = Mutex([Int](repeating: 0, count: layers.count))
    let pieces = layers.indices.flatMap { index in layers[index].variables.map { (index, $0) } }
    try shareWork(of: pieces.count, threads: processorCount()) { piece in
      let (index, variable) = pieces[piece]
      let count = try Self.count(in: variable, of: model.weights)
      if count > 0 { counts.withLock { $0[index] += count } }
    }
    return zip(layers, counts.withLock { $0 }).filter { $1 > 0 }.map { layer, count in
      Symptom(
        .nonFiniteWeights, layer.path, count: count,
        of: layer.variables.reduce(0) { $0 + $1.shape.elementCount })
    }
  }

  private static func weights(of graph: ExaminedGraph) -> [Weights] {
    graph.graph.layers.indices.compactMap { index in
      let layer = graph.graph.layers[index]
      if case .batchNormalization = layer.core.operation { return nil }
      let all = ([layer] + layer.wrapped).flatMap { $0.variables ?? [] }
      let variables = all.filter(\.elementType.isFloatingPoint)
      return variables.isEmpty ? nil : Weights(path: graph.path(ofLayer: index), variables: variables)
    }
  }

  private static func count(in variable: Variable, of store: any WeightStore) throws -> Int {
    guard case .stored(let number) = variable.value else {
      let elements: [Double] = try variable.elements(from: store)
      return elements.count { !$0.isFinite }
    }
    return try (0..<variable.shape.elementCount).blocks(of: blockElements).reduce(0) { count, block in
      let bytes = try store.bytes(ofWeight: number, elements: block)
      return count + bytes.withUnsafeBytes { variable.elementType.nonFiniteCount(in: $0) }
    }
  }
}
