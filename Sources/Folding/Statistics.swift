import ModelGraph

extension ChannelAffine {
  /// Reads the map of a batch normalization from its weights.
  ///
  /// gamma is 1 and beta is 0 where the layer has none.
  /// - Throws: `Refusal` for statistics that give no finite map, or what the store throws.
  public init(of layer: Layer, normalization: BatchNormalization, from store: any WeightStore) throws {
    if let obstacle = normalization.obstacle {
      throw Refusal(Refusal.Code(normalization.obstacleKind), obstacle)
    }
    func values(_ role: Role) throws -> [Double]? {
      guard let variable = layer.variable(role) else { return nil }
      guard variable.elementType.isFloatingPoint else {
        throw Refusal(.elementType, "its weight \(variable.name) is of type \(variable.elementType)")
      }
      let values = try variable.exactElements(from: store)
      if let channel = values.firstIndex(where: { !$0.isFinite }) {
        throw Refusal(.notFinite, "its weight \(variable.name) is \(values[channel]) in channel \(channel)")
      }
      return values
    }
    guard let mean = try values(.movingMean), let variance = try values(.movingVariance), !mean.isEmpty else {
      throw Refusal(.statisticsShape, "it has no running mean or no running variance")
    }
    let gamma = try values(.gamma) ?? [Double](repeating: 1, count: mean.count)
    let beta = try values(.beta) ?? [Double](repeating: 0, count: mean.count)
    guard variance.count == mean.count, gamma.count == mean.count, beta.count == mean.count else {
      throw Refusal(.statisticsShape, "its statistics have different numbers of channels")
    }
    var scale: [Double] = []
    for channel in variance.indices {
      let denominator = variance[channel] + normalization.epsilon
      guard denominator > 0 else {
        throw Refusal(
          denominator == 0 ? .runtimeDependent : .varianceNotPositive,
          "variance + epsilon is \(variance[channel]) + \(normalization.epsilon) in channel \(channel)")
      }
      scale.append(gamma[channel] / denominator.squareRoot())
    }
    self.init(scale: scale, mean: mean, beta: beta, spread: gamma.map { abs($0) })
    let shift = shift
    if let channel = scale.indices.first(where: { !(scale[$0].isFinite && shift[$0].isFinite) }) {
      throw Refusal(.notFinite, "its scale or shift is not finite in channel \(channel)")
    }
  }
}

extension Refusal.Code {
  fileprivate init(_ kind: BatchNormalization.ObstacleKind) {
    switch kind {
    case .unknown, .constantInput: self = .opaqueLayer
    case .trainingMode: self = .trainingMode
    case .statisticsPerPlace: self = .statisticsPerPlace
    case .severalOutputs: self = .severalOutputs
    }
  }
}

extension Layer {
  /// The axis of a batch normalization's channels.
  ///
  /// - Throws: `Refusal` for axes that do not fit the statistics.
  func channelAxis(of normalization: BatchNormalization) throws(Refusal) -> ChannelAxis {
    guard let axis = normalization.channelAxis(statistics: variable(.movingMean)?.shape ?? []) else {
      throw Refusal(.axisMismatch, "its axes \(normalization.axes) do not fit its statistics")
    }
    return axis
  }
}
