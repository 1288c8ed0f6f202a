import Bytes
import Elements
import ModelGraph

/// One change of a graph of operators that changes what it computes.
struct OperatorDamage {
  private var generator: SeededGenerator
  private(set) var what = ""

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func random(_ count: Int) -> Int { Int(generator.next() % UInt64(max(1, count))) }

  /// - Returns: nil where the place that was drawn has nothing to change.
  mutating func damaged(_ model: Model) throws -> Model? {
    var result = model
    let places = model.graph.neededLayers
    let place = places[random(places.count)]
    let isWeight = random(2) == 0
    what = "\(model.graph.layers[place].name), \(isWeight ? "a weight" : "an attribute")"
    let isChanged =
      isWeight
      ? try weight(&result.graph.layers[place], model.weights) : attribute(&result.graph.layers[place])
    return isChanged ? result : nil
  }

  private mutating func weight(_ layer: inout Layer, _ store: any WeightStore) throws -> Bool {
    guard let variables = layer.variables, !variables.isEmpty else { return false }
    let index = random(variables.count)
    let variable = variables[index]
    guard variable.elementType.isFloatingPoint, variable.shape.elementCount > 0 else { return false }
    var values: [Double] = try variable.elements(from: store)
    let place = random(values.count)
    let before = values[place]
    switch random(3) {
    case 0: values[place] *= 1.001
    case 1: values[place] = -before
    default: values[place] += 0.01
    }
    values[place] = variable.elementType.rounded(values[place])
    layer.variables?[index].value = .computed(values)
    return values[place] != before
  }

  private mutating func attribute(_ layer: inout Layer) -> Bool {
    switch layer.operation {
    case .convolution(var convolution):
      switch random(3) {
      case 0: convolution.strides[0] += 1
      case 1: convolution.dilation[0] += 1
      default:
        convolution.padding = .explicit(convolution.kernelSize.map { _ in EdgeAmounts(before: 2, after: 2) })
      }
      layer.operation = .convolution(convolution)
    case .batchNormalization(var normalization):
      normalization.epsilon = normalization.epsilon * 2 + 1e-2
      layer.operation = .batchNormalization(normalization)
    case .activation: layer.operation = .activation(.softplus)
    case .function(.elementwise): layer.operation = .function(.elementwise(.absolute))
    case .function(.combination(let kind, let left, let right)):
      layer.operation = .function(.combination(kind == .subtract ? .add : .subtract, left, right))
    case .identity: layer.operation = .activation(.tanh)
    case .transpose: layer.operation = .transpose(Transposition(axes: [1, 0, 2, 3]))
    default: return false
    }
    return true
  }
}

extension Graph {
  /// The layers that an output depends on; an operator that reads constants alone has become a constant.
  fileprivate var neededLayers: [Int] {
    var needed = Set(outputs.map(\.call))
    for index in calls.indices.reversed() where needed.contains(index) {
      needed.formUnion(calls[index].inputs.map(\.call))
    }
    return Set(needed.map { calls[$0].layer }).sorted()
  }
}
