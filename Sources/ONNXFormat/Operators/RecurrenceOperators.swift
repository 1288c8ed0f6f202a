import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Cells that are applied step by step.
  static let recurrences: [ByteString: Reader] = [
    "RNN": { (node) throws(CarriedReason) in
      try node.recurrence(.simple, activations: [.tanh])
    },
    "GRU": { (node) throws(CarriedReason) in
      let resetsAfter = try node.attributes.flag("linear_before_reset")
      return try node.recurrence(.gru(resetsAfterProduct: resetsAfter), activations: [.sigmoid, .tanh])
    },
    "LSTM": { (node) throws(CarriedReason) in
      let couples = try node.attributes.flag("input_forget")
      return try node.recurrence(
        .lstm(couplesInputAndForget: couples), activations: [.sigmoid, .tanh, .tanh])
    },
  ]
}

extension NodeReading {
  /// - Parameter activations: the usual ones of a direction.
  fileprivate mutating func recurrence(
    _ cell: Recurrence.Cell, activations usual: [Activation]
  ) throws(CarriedReason) -> Operation {
    let direction: Recurrence.Direction = try attributes.choice(
      "direction", ["forward": .forward, "reverse": .reverse, "bidirectional": .bidirectional])
    let count = direction == .bidirectional ? 2 : 1
    guard
      let hidden = try attributes.integer("hidden_size") ?? shape(2)?.last.flatMap({ $0.map(Int64.init) }),
      (1...1 << 20).contains(hidden)
    else { throw .attribute("hidden_size") }
    let names = try attributes.texts("activations")
    let (alpha, beta) = (
      try attributes.floats("activation_alpha") ?? [], try attributes.floats("activation_beta") ?? []
    )
    guard alpha.isEmpty, beta.isEmpty else { throw .attribute("activation_alpha") }
    let activations = try names.map { (names) throws(CarriedReason) in
      try names.map { (name) throws(CarriedReason) in try Self.activation(name) }
    }
    guard activations == nil || activations?.count == usual.count * count else {
      throw .attribute("activations")
    }
    let isBatchFirst = try attributes.flag("layout")
    let clip = try attributes.optionalFloat("clip")
    return try tensorOperation(
      .recurrence(
        Recurrence(
          cell: cell, direction: direction, hiddenSize: Int(hidden),
          activations: activations ?? Array((0..<count).map { _ in usual }.joined()), clip: clip,
          isBatchFirst: isBatchFirst)), outputs: node.outputs.count)
  }

  private static func activation(_ name: ByteString) throws(CarriedReason) -> Activation {
    switch name.description.lowercased() {
    case "sigmoid": return .sigmoid
    case "tanh": return .tanh
    case "relu": return .relu(RectifiedLinear())
    case "softsign": return .softsign
    case "softplus": return .softplus
    case "hardsigmoid": return .hardSigmoid(slope: 0.2, offset: 0.5)
    case "leakyrelu": return .relu(RectifiedLinear(negativeSlope: 0.01))
    case "elu": return .elu(alpha: 1)
    default: throw .attribute("activations")
    }
  }
}
