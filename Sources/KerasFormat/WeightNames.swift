import Bytes
import ModelGraph

/// Names of weights that do not depend on the format: `layer/variable`, with the names of outer layers in front.
struct WeightNames {
  private(set) var names: [Int: ByteString] = [:]
  private var used: Set<ByteString> = []

  /// Names the weights of a graph by their numbers in its weight store; no two have the same name.
  init(of graph: Graph) { add(graph, prefix: []) }

  private mutating func add(_ graph: Graph, prefix: [ByteString]) {
    for layer in graph.layers { add(layer, prefix: prefix + [layer.name]) }
  }

  private mutating func add(_ layer: Layer, prefix: [ByteString]) {
    if let body = layer.body { add(body, prefix: prefix) }
    for inner in layer.wrapped { add(inner, prefix: prefix) }
    let variables = layer.variables ?? []
    let own = Self.ownNames(of: variables)
    for (variable, name) in zip(variables, own) {
      guard case .stored(let number) = variable.value else { continue }
      names[number] = unique(ByteString(joining: prefix + [name], separator: UInt8(ascii: "/")))
    }
  }

  private mutating func unique(_ name: ByteString) -> ByteString {
    var candidate = name
    var number = 1
    while !used.insert(candidate).inserted {
      candidate = name + ByteString("_\(number)")
      number += 1
    }
    return candidate
  }

  /// What the variables of a layer are called by themselves.
  ///
  /// Those that bnfold does not interpret keep what their saved names do not have in common.
  private static func ownNames(of variables: [Variable]) -> [ByteString] {
    let parts = variables.map { variable in
      (variable.name.dropping(suffix: ":0") ?? variable.name).split(separator: UInt8(ascii: "/"))
    }
    var common = 0
    let shortest = parts.map(\.count).min() ?? 0
    while common < shortest - 1, Set(parts.map { $0[common] }).count == 1 { common += 1 }
    return zip(variables, parts).map { variable, parts in
      variable.role.kerasName
        ?? ByteString(joining: Array(parts.dropFirst(common)), separator: UInt8(ascii: "/"))
    }
  }
}

extension Role {
  /// What Keras calls it; nil for what bnfold does not interpret.
  var kerasName: ByteString? {
    switch self {
    case .kernel: "kernel"
    case .recurrentKernel: "recurrent_kernel"
    case .of(let part, let role): role.kerasName.map { part.kerasName + "/" + $0 }
    case .bias: "bias"
    case .depthwiseKernel: "depthwise_kernel"
    case .pointwiseKernel: "pointwise_kernel"
    case .gamma: "gamma"
    case .scale: "scale"
    case .beta: "beta"
    case .movingMean: "moving_mean"
    case .movingVariance: "moving_variance"
    case .alpha: "alpha"
    case .embeddings: "embeddings"
    case .mean: "mean"
    case .variance: "variance"
    case .count: "count"
    case .operand, .other: nil
    }
  }
}

extension Role.Part {
  /// What Keras calls it in the names of weights.
  fileprivate var kerasName: ByteString {
    switch self {
    case .forward: "forward"
    case .backward: "backward"
    case .query: "query"
    case .key: "key"
    case .value: "value"
    case .output: "attention_output"
    }
  }
}
