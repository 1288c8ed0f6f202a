import ModelGraph

extension Operation {
  /// Whether a call may read its inputs in any order.
  var isCommutative: Bool {
    switch self {
    case .merge(.add), .merge(.multiply), .merge(.maximum), .merge(.minimum), .merge(.average): true
    case .function(.combination(let kind, .tensor(0), .tensor(1))): kind.isCommutative
    case .tensor(let operation):
      switch operation.kind {
      case .sum, .mean, .maximum, .minimum:
        // Weights are at places of their own.
        operation.operands == operation.operands.indices.map { .tensor($0) }
      default: false
      }
    default: false
    }
  }
}

extension Array where Element: Hashable {
  /// Each element once, where it is first.
  var inOrderOnce: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
