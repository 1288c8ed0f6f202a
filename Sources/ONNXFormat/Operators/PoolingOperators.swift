import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Windows over the spatial axes, and all of them.
  static let pooling: [ByteString: Reader] = [
    "MaxPool": { (node) throws(CarriedReason) in
      // The order is that of the second output.
      let isFirstAxisFastest = try node.attributes.flag("storage_order")
      let pooling = try node.pooling(.maximum)
      guard node.isRead(1) else { return try node.layer(pooling) }
      return try node.tensorOperation(
        .maximumPooling(pooling, isFirstAxisFastest: isFirstAxisFastest), outputs: 2)
    },
    "AveragePool": { (node) throws(CarriedReason) in try node.layer(try node.pooling(.average)) },
    "GlobalAveragePool": { (node) throws(CarriedReason) in try node.globalPooling(.average) },
    "GlobalMaxPool": { (node) throws(CarriedReason) in try node.globalPooling(.maximum) },
  ]
}

extension NodeReading {
  /// The layer with one result that pools its input.
  fileprivate mutating func layer(_ pooling: Pooling) throws(CarriedReason) -> Operation {
    try requireOutputs(1)
    _ = input(0)
    return .pooling(pooling)
  }

  fileprivate mutating func pooling(_ reduction: Pooling.Reduction) throws(CarriedReason) -> Pooling {
    try requireOperands(1...1)
    guard let size = try attributes.integers("kernel_shape"), (1...3).contains(size.count),
      size.allSatisfy({ $0 > 0 })
    else { throw .attribute("kernel_shape") }
    let roundsUp = try attributes.flag("ceil_mode")
    let countsPadding = reduction == .average ? try attributes.flag("count_include_pad") : false
    let window = try WindowAttributes(&attributes, rank: size.count)
    return Pooling(
      reduction: reduction, poolSize: size, strides: window.strides, padding: window.padding,
      dataFormat: .channelsFirst, dilation: window.dilation, roundsUp: roundsUp, countsPadding: countsPadding)
  }

  fileprivate mutating func globalPooling(_ reduction: Pooling.Reduction) throws(CarriedReason) -> Operation {
    try requireOperands(1...1)
    try requireOutputs(1)
    let rank = try rank(0)
    guard (3...5).contains(rank) else { throw .rank }
    _ = input(0)
    return .globalPooling(
      GlobalPooling(reduction: reduction, rank: rank - 2, keepsAxes: true, dataFormat: .channelsFirst))
  }
}
