import Elements
import ModelGraph

/// The weights of a model in Double, where those that are not stored yet have not been rounded.
struct UnroundedWeights: WeightStore {
  let base: any WeightStore
  /// The element types of weights that are to be scaled, by number.
  let types: [Int: ElementType]

  /// What is added to the number of a weight that is to be scaled: other layers may read the same one as it is.
  static let offset = 1 << 40

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    guard number >= Self.offset else { return try base.bytes(ofWeight: number, elements: elements) }
    return try [UInt8](unsafeUninitializedCapacity: elements.count * MemoryLayout<Double>.size) {
      target, count in
      try read(number, elements: elements, into: UnsafeMutableRawBufferPointer(target))
      count = elements.count * MemoryLayout<Double>.size
    }
  }

  func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard number >= Self.offset, let type = types[number - Self.offset], let size = type.byteCount else {
      return try base.read(number, elements: elements, into: buffer)
    }
    try withUnsafeTemporaryAllocation(byteCount: elements.count * size, alignment: 8) { stored in
      try base.read(number - Self.offset, elements: elements, into: stored)
      Double.decode(UnsafeRawBufferPointer(stored), as: type, to: buffer.bindMemory(to: Double.self))
    }
  }
}

extension Model {
  /// The model with the exact values of the weights that folding has given it.
  public var unrounded: Model {
    var types: [Int: ElementType] = [:]
    let unrounded = graph.unrounded(&types, includesComputed: true)
    return Model(graph: unrounded, weights: UnroundedWeights(base: weights, types: types))
  }

  /// The model as it computes: products of stored weights with factors of their layer are not rounded.
  var withExactFactors: Model {
    var types: [Int: ElementType] = [:]
    let exact = graph.unrounded(&types, includesComputed: false)
    return types.isEmpty ? self : Model(graph: exact, weights: UnroundedWeights(base: weights, types: types))
  }
}

extension Graph {
  /// - Parameter includesComputed: whether weights are unrounded that are not products of stored ones.
  fileprivate func unrounded(_ types: inout [Int: ElementType], includesComputed: Bool) -> Graph {
    var graph = self
    for index in graph.layers.indices {
      graph.layers[index].core.variables = layers[index].core.variables.map { variables in
        variables.map { variable in
          var result = variable
          switch variable.value {
          case .stored: return variable
          case .scaled(let number, let scale):
            types[number] = variable.elementType
            result.value = .scaled(number + UnroundedWeights.offset, scale)
          case .computed where includesComputed: break
          case .computed: return variable
          }
          result.elementType = .float64
          return result
        }
      }
      if let body = layers[index].core.body {
        graph.layers[index].core.body = body.unrounded(
          &types, includesComputed: includesComputed)
      }
    }
    return graph
  }
}
