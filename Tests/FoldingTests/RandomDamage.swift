import Bytes
import Elements
import ModelGraph

/// One change of a folded model, as a faulty tool would make it.
struct RandomDamage {
  private var generator: SeededGenerator
  /// The layer that was changed, by its own name.
  private(set) var layer: ByteString?
  private(set) var what = ""
  /// Whether float32 arithmetic may explain it.
  private(set) var isSmall = false

  private static let sizes = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func random(_ count: Int) -> Int { Int(generator.next() % UInt64(max(1, count))) }

  /// - Returns: nil where there is nothing to change.
  mutating func damaged(_ model: Model) throws -> Model? {
    var places: [LayerAddress] = []
    model.graph.forEachGraph { graph, prefix in
      places += graph.layers.indices.map { LayerAddress(prefix + [$0]) }
    }
    guard !places.isEmpty else { return nil }
    let address = places[random(places.count)]
    var result = model
    layer = model.graph[address].name
    let changed =
      random(4) == 0 ? attributes(&result.graph[address]) : try weights(&result.graph[address], model.weights)
    return changed ? result : nil
  }

  // MARK: - Weights

  private mutating func weights(_ layer: inout Layer, _ store: any WeightStore) throws -> Bool {
    guard let variables = layer.core.variables, !variables.isEmpty else { return false }
    let index = random(variables.count)
    let variable = variables[index]
    guard variable.elementType.isFloatingPoint, variable.shape.elementCount > 0 else { return false }
    let before: [Double] = try variable.elements(from: store)
    var after = before
    let size = Self.sizes[random(Self.sizes.count)]
    let columns = variable.shape.last ?? 1
    switch random(3) {
    case 0: after[random(after.count)] *= 1 + size
    case 1:
      let column = random(columns)
      for element in stride(from: column, to: after.count, by: columns) { after[element] *= 1 + size }
    default: after = after.map { $0 * (1 + size) }
    }
    after = after.map(variable.elementType.rounded)
    guard after != before else { return false }
    layer.core.variables?[index].value = .computed(after)
    let isKernel = [.kernel, .depthwiseKernel, .pointwiseKernel, .embeddings].contains(variable.role)
    isSmall = size < (isKernel ? 1e-5 : 1e-4)
    what = "\(variable.role) of \(layer.name) times 1 + \(size)"
    return true
  }

  // MARK: - Attributes

  private mutating func attributes(_ layer: inout Layer) -> Bool {
    what = "an attribute of \(layer.name)"
    switch layer.core.operation {
    case .convolution(var convolution):
      if random(2) == 0 {
        convolution.strides = convolution.strides.map { 3 - min($0, 2) }
      } else {
        convolution.activation = .tanh
      }
      layer.core.operation = .convolution(convolution)
    case .dense(var dense):
      dense.activation = .sigmoid
      layer.core.operation = .dense(dense)
    case .batchNormalization(var normalization):
      normalization.epsilon = normalization.epsilon * 2 + 1e-2
      layer.core.operation = .batchNormalization(normalization)
    case .activation(.relu(var settings)):
      settings.negativeSlope += 0.01
      layer.core.operation = .activation(.relu(settings))
    case .pooling(var pooling):
      pooling.reduction = pooling.reduction == .average ? .maximum : .average
      layer.core.operation = .pooling(pooling)
    case .zeroPadding(let amounts, let format):
      layer.core.operation = .zeroPadding(
        amounts: amounts.map { EdgeAmounts(before: $0.after + 1, after: $0.before) }, dataFormat: format)
    case .merge(.add): layer.core.operation = .merge(.maximum)
    case .merge(.multiply): layer.core.operation = .merge(.add)
    case .input: return false
    default:
      guard layer.wrapped.isEmpty, layer.body == nil, layer.core.operation != .identity else { return false }
      layer.core.precision = "mixed_bfloat16"
    }
    return true
  }
}
