import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Normalizations, with statistics of training or of the sample.
  static let normalizations: [ByteString: Reader] = [
    "BatchNormalization": { (node) throws(CarriedReason) in try node.batchNormalization() },
    "LayerNormalization": { (node) throws(CarriedReason) in
      node.attributes.ignore("stash_type")
      let axis = try node.attributes.integer("axis", or: -1)
      return try node.tensorOperation(
        .layerNormalization(axis: axis, epsilon: try node.attributes.float("epsilon", or: 1e-5)),
        outputs: max(1, min(3, node.node.outputs.count)))
    },
    "RMSNormalization": { (node) throws(CarriedReason) in
      node.attributes.ignore("stash_type")
      let axis = try node.attributes.integer("axis", or: -1)
      return try node.tensorOperation(
        .rootMeanSquareNormalization(axis: axis, epsilon: try node.attributes.float("epsilon", or: 1e-5)))
    },
    "InstanceNormalization": { (node) throws(CarriedReason) in
      try node.tensorOperation(
        .instanceNormalization(epsilon: try node.attributes.float("epsilon", or: 1e-5)))
    },
    "GroupNormalization": { (node) throws(CarriedReason) in
      node.attributes.ignore("stash_type")
      let groups = try node.attributes.integer("num_groups", or: 0)
      guard groups > 0 else { throw .attribute("num_groups") }
      return try node.tensorOperation(
        .groupNormalization(groups: groups, epsilon: try node.attributes.float("epsilon", or: 1e-5)))
    },
    "LRN": { (node) throws(CarriedReason) in
      let size = try node.attributes.integer("size", or: 0)
      guard size > 0 else { throw .attribute("size") }
      let alpha = try node.attributes.float("alpha", or: 1e-4)
      let beta = try node.attributes.float("beta", or: 0.75)
      let bias = try node.attributes.float("bias", or: 1)
      return try node.tensorOperation(
        .localResponseNormalization(size: size, alpha: alpha, beta: beta, bias: bias))
    },
    "LpNormalization": { (node) throws(CarriedReason) in
      let order = try node.attributes.integer("p", or: 2)
      guard order == 1 || order == 2 else { throw .attribute("p") }
      return try node.tensorOperation(
        .normNormalization(axis: try node.attributes.integer("axis", or: -1), order: order))
    },
    "MeanVarianceNormalization": { (node) throws(CarriedReason) in
      try node.tensorOperation(
        .meanVarianceNormalization(axes: try node.attributes.integers("axes") ?? [0, 2, 3]))
    },
  ]
}

extension NodeReading {
  /// A batch normalization along axis 1, or one that is known by name and has to stay.
  fileprivate mutating func batchNormalization() throws(CarriedReason) -> Operation {
    try requireOperands(5...5)
    let epsilon = try attributes.float("epsilon", or: 1e-5)
    let momentum = try attributes.float("momentum", or: 0.9)
    // Before version 7 it trains unless it is told not to. Versions 7 and 8 may have statistics for each place, 9 to 13 train with more outputs, 14 and later by an attribute.
    let isPerPlace = try attributes.integer("spatial", or: 1) == 0
    let isOldTraining = version < 7 ? try !attributes.flag("is_test") : false
    if version < 7 { attributes.ignore("consumed_inputs") }
    let hasFlag = try (attributes.flag("training_mode") || isOldTraining) && !assumesInference
    let hasMoreOutputs =
      node.outputs.dropFirst().contains { !$0.isEmpty } && (!assumesInference || areMoreOutputsRead)
    var normalization = BatchNormalization(
      axes: [1], epsilon: Double(epsilon), centers: true, scales: true, momentum: Double(momentum))
    if isPerPlace {
      (normalization.obstacle, normalization.obstacleKind) = (
        "it has statistics for each place (spatial = 0)", .statisticsPerPlace
      )
    } else {
      let lengths = (1...4).map { constant($0)?.shape.first ?? nil }
      try requireVectors(1...4, of: lengths.compactMap { $0 }.first)
    }
    if !isPerPlace, hasFlag {
      (normalization.obstacle, normalization.obstacleKind) = (
        "it uses the statistics of the batch (training mode)", .trainingMode
      )
    } else if !isPerPlace, hasMoreOutputs {
      (normalization.obstacle, normalization.obstacleKind) = (
        "it has \(node.outputs.count) outputs, by which some runtimes take it for training", .severalOutputs
      )
    }
    // With parameters that are computed it is no layer, whatever it does.
    if hasFlag, version >= 14, !isPerPlace, !(1...4).allSatisfy({ constant($0) != nil }) {
      return try tensorOperation(
        .trainingNormalization(epsilon: epsilon, momentum: momentum),
        outputs: max(1, min(3, node.outputs.count)))
    }
    let operation = try layer(
      .batchNormalization(normalization), [.gamma, .beta, .movingMean, .movingVariance])
    // What is only known by name has no weights that are computed.
    if case .tensor = operation, let obstacle = normalization.obstacle { throw .value(obstacle) }
    return operation
  }
}
