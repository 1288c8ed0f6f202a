import ModelGraph

/// A batch normalization of another axis than that of the channels, as the layers around it have them.
///
/// With axis 1 in a network whose channels are last, each row of the picture is normalized as if it were a channel. Nothing
/// fails where the sizes agree, or where the layer was made for that size.
struct WrongAxis: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    model.normalizations.compactMap { normalization in
      let graph = model.graph(of: normalization)
      guard !normalization.isWrapped, let call = normalization.calls.first,
        let channels = graph.channelsBefore(call) ?? graph.channelsAfter(call), channels.rank > 2,
        let axis = normalization.operation.axis(rank: channels.rank), axis != channels.axis
      else { return nil }
      return Symptom(
        .wrongAxis, normalization.path, value: Double(axis), reference: Double(channels.axis),
        other: graph.path(ofLayer: channels.layer))
    }
  }
}

/// Where a layer has its channels.
private struct Channels {
  let axis: Int
  let rank: Int
  /// The layer that says so.
  let layer: Int
}

extension ExaminedGraph {
  /// Layers that are gone through: a network has few between two that say where the channels are.
  private static let farthest = 64

  /// Where the layers before a call have their channels, as far as nothing moves axes in between.
  fileprivate func channelsBefore(_ call: Int) -> Channels? {
    var place = producer(of: call)
    for _ in 0..<Self.farthest {
      guard let current = place else { return nil }
      guard layer(ofCall: current).wrapped.isEmpty else { return nil }
      if let channels = channels(ofCall: current) { return channels }
      guard layer(ofCall: current).operation.keepsAxes else { return nil }
      place = producer(of: current)
    }
    return nil
  }

  /// Where the convolution that reads a call has its channels.
  fileprivate func channelsAfter(_ call: Int) -> Channels? {
    var current = call
    for _ in 0..<Self.farthest {
      guard readers[current].count == 1, let reader = readers[current].first,
        layer(ofCall: reader).wrapped.isEmpty
      else { return nil }
      if case .convolution = layer(ofCall: reader).operation { return channels(ofCall: reader) }
      guard layer(ofCall: reader).operation.keepsAxes else { return nil }
      current = reader
    }
    return nil
  }

  private func channels(ofCall call: Int) -> Channels? {
    let index = graph.calls[call].layer
    let operation = graph.layers[index].operation
    if let (format, spatial) = operation.spatialFormat {
      return Channels(axis: format.channelAxis(rank: spatial + 2), rank: spatial + 2, layer: index)
    }
    guard case .dense = operation, let rank = rank(ofCall: call) else { return nil }
    return Channels(axis: rank - 1, rank: rank, layer: index)
  }
}

extension Operation {
  /// The order of the axes in layers that have one, and how many of them are spatial.
  fileprivate var spatialFormat: (DataFormat, spatial: Int)? {
    switch self {
    case .convolution(let convolution): (convolution.dataFormat, convolution.kernelSize.count)
    case .pooling(let pooling): (pooling.dataFormat, pooling.poolSize.count)
    case .globalPooling(let pooling) where pooling.keepsAxes: (pooling.dataFormat, pooling.rank)
    case .upSampling(let factors, _, let format): (format, factors.count)
    default: nil
    }
  }

  /// Whether the axes of the result are those of the first input.
  fileprivate var keepsAxes: Bool {
    switch self {
    case .identity, .activation, .parametricReLU, .batchNormalization, .rescaling, .channelScaling,
      .zeroPadding, .cropping:
      true
    case .merge(let merge): if case .dot = merge { false } else { true }
    default: false
    }
  }
}
