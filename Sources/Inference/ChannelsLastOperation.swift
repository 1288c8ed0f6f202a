import Elements
import ModelGraph

extension Operation {
  /// The operation over arrays with channels last, and whether its result is one, too; nil for one that needs the order of the tensor.
  ///
  /// - Parameters:
  ///   - rank: of the tensors.
  ///   - ranks: of all inputs.
  func overChannelsLast(rank: Int, ranks: [Int]) -> (Operation, Bool)? {
    let move = ChannelMove(rank: rank)
    switch self {
    case .function(let function): return function.overChannelsLast(move)
    case .merge(let merge): return merge.overChannelsLast(move, ranks: ranks).map { (.merge($0), true) }
    case .tensor(let operation):
      return operation.overChannelsLast(move, ranks: ranks).map { (.tensor($0), true) }
    default: break
    }
    guard ranks.count == 1 else { return nil }
    switch self {
    case .identity: return (self, true)
    case .activation(let activation):
      return activation.overChannelsLast(move).map { (.activation($0), true) }
    case .rescaling(let scale, let offset):
      return scale.count == 1 && offset.count == 1 ? (self, true) : nil
    case .parametricReLU(let sharedAxes):
      return move.places(of: sharedAxes).map { (.parametricReLU(sharedAxes: $0), true) }
    case .transpose(let transposition):
      // Channels last are wanted, and are there.
      return transposition.order(rank: rank) == move.last ? (.identity, false) : nil
    case .reshape(.flattenWithChannelsLast): return (.reshape(.flatten), false)
    default: return spatialOverChannelsLast(move) ?? normalizationOverChannelsLast(move).map { ($0, true) }
    }
  }

  /// Layers that say where the channels are.
  private func spatialOverChannelsLast(_ move: ChannelMove) -> (Operation, Bool)? {
    switch self {
    case .convolution(var convolution)
    where convolution.dataFormat == .channelsFirst && convolution.tensorRank == move.rank:
      // A softmax over the last axis would go along another one.
      guard let activation = convolution.activation.overChannelsLast(move) else { return nil }
      convolution.activation = activation
      convolution.dataFormat = .channelsLast
      return (.convolution(convolution), true)
    case .pooling(var pooling) where pooling.dataFormat == .channelsFirst:
      pooling.dataFormat = .channelsLast
      return (.pooling(pooling), true)
    case .globalPooling(var pooling) where pooling.dataFormat == .channelsFirst:
      pooling.dataFormat = .channelsLast
      return (.globalPooling(pooling), pooling.keepsAxes)
    case .zeroPadding(let amounts, .channelsFirst):
      return (.zeroPadding(amounts: amounts, dataFormat: .channelsLast), true)
    case .cropping(let amounts, .channelsFirst):
      return (.cropping(amounts: amounts, dataFormat: .channelsLast), true)
    case .upSampling(let factors, let interpolation, .channelsFirst):
      return (.upSampling(factors: factors, interpolation: interpolation, dataFormat: .channelsLast), true)
    case .resizing(var resizing) where resizing.dataFormat == .channelsFirst:
      resizing.dataFormat = .channelsLast
      return (.resizing(resizing), true)
    default: return nil
    }
  }

  private func normalizationOverChannelsLast(_ move: ChannelMove) -> Operation? {
    switch self {
    case .batchNormalization(var normalization):
      guard normalization.axes.count == 1, let places = move.places(of: normalization.axes) else {
        return nil
      }
      normalization.axes = places
      return .batchNormalization(normalization)
    case .layerNormalization(var normalization):
      // The weights of several axes have the order of the tensor.
      guard normalization.axes.count == 1, let places = move.places(of: normalization.axes) else {
        return nil
      }
      normalization.axes = places
      return .layerNormalization(normalization)
    case .groupNormalization(var normalization):
      guard let places = move.places(of: [normalization.axis]) else { return nil }
      normalization.axis = places[0]
      return .groupNormalization(normalization)
    case .unitNormalization(let axes, let smallestNorm):
      return move.places(of: axes).map { .unitNormalization(axes: $0, smallestNorm: smallestNorm) }
    default: return nil
    }
  }
}

extension Activation {
  fileprivate func overChannelsLast(_ move: ChannelMove) -> Activation? {
    switch self {
    case .softmax(let axes): move.places(of: axes).map { .softmax(axes: $0) }
    case .logSoftmax(let axes): move.places(of: axes).map { .logSoftmax(axes: $0) }
    default: self
    }
  }
}

extension Merge {
  fileprivate func overChannelsLast(_ move: ChannelMove, ranks: [Int]) -> Merge? {
    // A merge gives smaller inputs their sizes of 1 after the batch.
    guard ranks.allSatisfy({ $0 == move.rank }) else { return nil }
    switch self {
    case .concatenate(let axis): return move.places(of: [axis]).map { .concatenate(axis: $0[0]) }
    case .dot: return nil
    case .add, .subtract, .multiply, .average, .maximum, .minimum, .addScaled: return self
    }
  }
}

extension TensorFunction {
  fileprivate func overChannelsLast(_ move: ChannelMove) -> (Operation, Bool)? {
    switch self {
    case .elementwise, .combination: return (.function(self), true)
    case .reduction(let reduction, let axes, let keepsAxes):
      guard let places = move.places(of: axes ?? Array(0..<move.rank)) else { return nil }
      let function = TensorFunction.reduction(reduction, axes: places, keepsAxes: keepsAxes)
      if keepsAxes { return (.function(function), true) }
      // What is left has the order of the tensor where the channels do not pass another axis.
      let isInOrder = places.contains(move.rank - 1) || (1..<move.rank - 1).allSatisfy(places.contains)
      return isInOrder ? (.function(function), false) : nil
    case .zeroPadding(let amounts) where amounts.count == move.rank:
      return (.function(.zeroPadding(move.last.map { amounts[$0] })), true)
    case .selection(let selections):
      guard let written = Self.expanded(selections, rank: move.rank), written.count == move.rank,
        written.allSatisfy({ if case .range = $0 { true } else { false } })
      else { return nil }
      return (.function(.selection(move.last.map { written[$0] })), true)
    case .zeroPadding, .stack, .matrixProduct: return nil
    }
  }
}

extension TensorOperation {
  fileprivate func overChannelsLast(_ move: ChannelMove, ranks: [Int]) -> TensorOperation? {
    var operation = self
    switch kind {
    case .concatenate(let axis):
      guard operands.count == ranks.count, ranks.allSatisfy({ $0 == move.rank }),
        let places = move.places(of: [axis])
      else { return nil }
      operation.kind = .concatenate(axis: places[0])
      return operation
    case .sum, .mean, .maximum, .minimum:
      return operands.allSatisfy { if case .tensor = $0 { true } else { false } } ? self : nil
    case .clip, .parametricReLU:
      // Its other operands are weights.
      return ranks.count == 1 && operands.first == .tensor(0) ? self : nil
    default: return nil
    }
  }
}
