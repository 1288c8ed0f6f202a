import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Many elements that become one.
  static let reductions: [ByteString: Reader] = [
    "ReduceSum": reduction(.sum, operandSince: 13), "ReduceMean": reduction(.mean),
    "ReduceMax": reduction(.maximum), "ReduceMin": reduction(.minimum), "ReduceProd": reduction(.product),
    "ReduceL1": reduction(.sumOfMagnitudes), "ReduceL2": reduction(.norm),
    "ReduceSumSquare": reduction(.sumOfSquares), "ReduceLogSum": reduction(.logarithmOfSum),
    "ReduceLogSumExp": reduction(.logarithmOfSumOfExponentials),
    "ArgMax": argument(isMaximum: true), "ArgMin": argument(isMaximum: false),
    "TopK": { (node) throws(CarriedReason) in
      let axis = try node.attributes.integer("axis", or: -1)
      let areLargest = try node.attributes.flag("largest", or: true)
      let areSorted = try node.attributes.flag("sorted", or: true)
      if node.version < 10 {
        guard let count = try node.attributes.integer("k") else { throw .attribute("k") }
        node.setOperand(1, integers: [Int(clamping: count)])
      }
      return try node.tensorOperation(
        .topElements(axis: axis, areLargest: areLargest, areSorted: areSorted), outputs: 2)
    },
  ]

  /// - Parameter operandSince: the version from which on the axes are an operand.
  private static func reduction(_ kind: TensorFunction.Reduction, operandSince: Int = 18) -> Reader {
    { (node) throws(CarriedReason) in try node.reduction(kind, hasOperand: node.version >= operandSince) }
  }

  private static func argument(isMaximum: Bool) -> Reader {
    { (node) throws(CarriedReason) in
      let axis = try node.attributes.integer("axis", or: 0)
      let keepsAxis = try node.attributes.flag("keepdims", or: true)
      let selectsLast = try node.attributes.flag("select_last_index")
      return try node.tensorOperation(
        .argument(isMaximum: isMaximum, axis: axis, keepsAxis: keepsAxis, selectsLast: selectsLast))
    }
  }
}

extension NodeReading {
  fileprivate mutating func reduction(
    _ kind: TensorFunction.Reduction, hasOperand: Bool
  ) throws(CarriedReason) -> Operation {
    try requireOperands(1...2)
    let keepsAxes = try attributes.flag("keepdims", or: true)
    let isIdentity = try attributes.flag("noop_with_empty_axes")
    if !hasOperand { setOperand(1, integers: try attributes.integers("axes")) }
    let axes = has(1) ? integers(1) : []
    guard let axes, !(axes.isEmpty && isIdentity) else {
      return try tensorOperation(.reduce(kind, keepsAxes: keepsAxes, isIdentityWithoutAxes: isIdentity))
    }
    try requireOutputs(1)
    _ = input(0)
    if let pooling = try globalPooling(kind, axes: axes, keepsAxes: keepsAxes) { return pooling }
    return .function(.reduction(kind, axes: axes.isEmpty ? nil : axes, keepsAxes: keepsAxes))
  }

  /// The mean or the maximum over all axes after the channels is global pooling.
  private func globalPooling(
    _ kind: TensorFunction.Reduction, axes: [Int], keepsAxes: Bool
  ) throws(CarriedReason) -> Operation? {
    guard let rank = shape(0)?.count, (3...5).contains(rank),
      axes.map({ normalizedAxis($0, rank: rank) ?? -1 }).sorted().elementsEqual(2..<rank)
    else { return nil }
    let reduction: Pooling.Reduction
    switch kind {
    case .mean: reduction = .average
    case .maximum: reduction = .maximum
    default: return nil
    }
    return .globalPooling(
      GlobalPooling(
        reduction: reduction, rank: rank - 2, keepsAxes: keepsAxes, dataFormat: .channelsFirst))
  }
}
