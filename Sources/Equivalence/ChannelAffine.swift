import Elements
import ModelGraph

/// What a layer does to each channel: scale * (x - mean) + shift, with numbers from one of the files.
struct ChannelAffine {
  private(set) var axis: ChannelAxis
  let scale: [Double]
  let mean: [Double]
  let shift: [Double]
  /// What rounding its numbers once moves the result by: relative to the scale, and beside it.
  var scaleError: [Double]
  var meanError: [Double]
  var shiftError: [Double]
  /// The size of the axis, where one number is that of all its channels; nil where it is not known.
  private(set) var axisSize: Int?
  /// Whether the numbers say how many channels the result has, so that a single one may become several.
  private(set) var mayBroadcast = false
  /// The distance from 1 to the next number of its type, by which its roundings are limited; nil where the numbers themselves say
  /// how large the channels are.
  var limitingUnit: Double?

  init(axis: ChannelAxis, scale: [Double], mean: [Double], shift: [Double]) {
    (self.axis, self.scale, self.mean, self.shift) = (axis, scale, mean, shift)
    scaleError = [Double](repeating: 0, count: scale.count)
    (meanError, shiftError) = (scaleError, scaleError)
  }

  var count: Int { scale.count }

  /// The same with one number for each of so many channels, where it has one for all of them.
  func spread(over channels: Int) -> ChannelAffine {
    count == 1 && channels != 1 ? picking([Int](repeating: 0, count: channels), axis: axis) : self
  }

  /// The same with the numbers of the channels at some places.
  func picking(_ places: [Int], axis: ChannelAxis) -> ChannelAffine {
    func picked(_ values: [Double]) -> [Double] { places.map { values[$0] } }
    var result = ChannelAffine(axis: axis, scale: picked(scale), mean: picked(mean), shift: picked(shift))
    (result.scaleError, result.meanError, result.shiftError) = (
      picked(scaleError), picked(meanError), picked(shiftError)
    )
    result.limitingUnit = limitingUnit
    return result
  }
}

extension ChannelAffine {
  /// Reads it from a batch normalization, or a layer that rescales; nil for any other.
  ///
  /// - Parameters:
  ///   - node: the call of the layer.
  ///   - input: the shape of what it reads, as far as it is known.
  ///   - isRounded: whether a vector of numbers has been rounded; nil for none.
  /// - Throws: what the store throws.
  init?(
    of node: FlatGraph.Node, input: PartialShape?, from store: any WeightStore,
    isRounded: ((Variable) throws -> Bool)? = nil
  ) throws {
    guard node.inputs.count == 1, node.call.training != true, !node.call.hasUnknownArguments else {
      return nil
    }
    var affine: ChannelAffine
    switch node.operation {
    case .batchNormalization(let normalization):
      guard let found = try Self.batchNormalization(normalization, node.layer, store, isRounded),
        found.fits(input, isTimeDistributed: node.isTimeDistributed)
      else { return nil }
      affine = found
    case .rescaling(let scale, let offset):
      let channels = max(scale.count, offset.count)
      guard (scale + offset).allSatisfy(\.isFinite) else { return nil }
      func spread(_ values: [Double]) -> [Double] {
        values.count == channels ? values : [Double](repeating: values.first ?? 0, count: channels)
      }
      affine = ChannelAffine(
        axis: .fromBack(1), scale: spread(scale), mean: [Double](repeating: 0, count: channels),
        shift: spread(offset))
      affine.mayBroadcast = channels > 1
    case .channelScaling:
      guard let gamma = try node.layer.variable(.gamma)?.numbers(from: store), gamma.allSatisfy(\.isFinite)
      else { return nil }
      let zeros = [Double](repeating: 0, count: gamma.count)
      affine = ChannelAffine(axis: .fromBack(1), scale: gamma, mean: zeros, shift: zeros)
    case .dataNormalization(let normalization):
      guard let found = try Self.dataNormalization(normalization, node.layer, store) else { return nil }
      affine = found
    case .function(let function):
      guard let found = try ChannelAffine(function, node.layer, input: input, from: store, isRounded) else {
        return nil
      }
      affine = found
    default: return nil
    }
    // One number for each of several axes: there is nothing that it could be repeated along.
    let isJoined = if case .joined = affine.axis { true } else { false }
    affine.axisSize = isJoined ? nil : (input?.last ?? nil).flatMap { $0 <= 1 << 22 ? $0 : nil }
    if node.isTimeDistributed { affine.axis = affine.axis.behindTimeAxis }
    self = affine
  }

  /// Whether its axis may have the same number of elements as it has numbers: a single one is not that of several channels.
  private func fits(_ input: PartialShape?, isTimeDistributed: Bool) -> Bool {
    guard let input else { return true }
    let place = isTimeDistributed ? axis.behindTimeAxis : axis
    guard let index = place.index(rank: input.count), let size = input[index] else { return true }
    return size == count
  }

  /// gamma / sqrt(variance + epsilon) * (x - mean) + beta.
  private static func batchNormalization(
    _ normalization: BatchNormalization, _ layer: Layer, _ store: any WeightStore,
    _ isRounded: ((Variable) throws -> Bool)?
  ) throws -> ChannelAffine? {
    guard normalization.obstacle == nil, let mean = layer.variable(.movingMean),
      let axis = normalization.channelAxis(statistics: mean.shape),
      let variance = layer.variable(.movingVariance),
      let means = try mean.numbers(from: store), let variances = try variance.numbers(from: store)
    else { return nil }
    let (gamma, beta) = (layer.variable(.gamma), layer.variable(.beta))
    let gammas = try gamma?.numbers(from: store) ?? [Double](repeating: 1, count: means.count)
    let betas = try beta?.numbers(from: store) ?? [Double](repeating: 0, count: means.count)
    guard variances.count == means.count, gammas.count == means.count, betas.count == means.count else {
      return nil
    }
    let denominators = variances.map { $0 + normalization.epsilon }
    let scales = zip(gammas, denominators).map { $0 / $1.squareRoot() }
    let numbers = means + scales + betas
    guard denominators.allSatisfy({ $0 > 0 }), numbers.allSatisfy(\.isFinite) else { return nil }
    var affine = ChannelAffine(axis: axis, scale: scales, mean: means, shift: betas)
    guard let isRounded else { return affine }
    func errors(_ variable: Variable?, _ values: [Double]) throws -> [Double] {
      guard let variable, try isRounded(variable) else { return [Double](repeating: 0, count: values.count) }
      let half = HalfUnits(variable.elementType)
      return values.map { half.around(abs($0)).above }
    }
    let (ofGamma, ofVariance) = (try errors(gamma, gammas), try errors(variance, variances))
    affine.meanError = try errors(mean, means)
    affine.shiftError = try errors(beta, betas)
    affine.scaleError = scales.indices.map { channel in
      (gammas[channel] == 0 ? 0 : ofGamma[channel] / abs(gammas[channel]))
        + ofVariance[channel] / denominators[channel] / 2
    }
    let unit = (layer.variables ?? []).compactMap(\.elementType.ulpOfOne).max() ?? 1
    return affine.isHiddenByRounding(gammas, unit: unit) ? nil : affine
  }

  /// By how many units rounding may move a scale, relative to it.
  ///
  /// A variance that is next to nothing, or a mean whose rounding is more than the deviation of the channel, say nothing.
  private static let largestRounding = 0x1p11

  /// - Parameters:
  ///   - deviations: of the channels after the layer.
  ///   - unit: of the coarsest type of the numbers.
  private func isHiddenByRounding(_ deviations: [Double], unit: Double) -> Bool {
    scale.indices.contains { (channel: Int) -> Bool in
      let shift = abs(scale[channel]) * meanError[channel] + shiftError[channel]
      return scaleError[channel] > Self.largestRounding * unit
        || deviations[channel] != 0 && shift > abs(deviations[channel])
    }
  }

  /// (x - mean) / max(sqrt(variance), 1e-7).
  ///
  /// Source: keras/src/layers/preprocessing/normalization.py `call`.
  private static func dataNormalization(
    _ normalization: DataNormalization, _ layer: Layer, _ store: any WeightStore
  ) throws -> ChannelAffine? {
    guard !normalization.isInverse, normalization.axes.count == 1,
      let means = try normalization.statistics?.mean ?? layer.variable(.mean)?.numbers(from: store),
      let variances = try normalization.statistics?.variance
        ?? layer.variable(.variance)?.numbers(from: store),
      means.count == variances.count, (means + variances).allSatisfy(\.isFinite),
      variances.allSatisfy({ $0 >= 0 })
    else { return nil }
    return ChannelAffine(
      axis: ChannelAxis(written: normalization.axes[0]),
      scale: variances.map { 1 / max($0.squareRoot(), 1e-7) }, mean: means,
      shift: [Double](repeating: 0, count: means.count))
  }
}

extension Variable {
  /// All elements in Double; nil for a type that is only carried.
  func numbers(from store: any WeightStore) throws -> [Double]? {
    guard elementType.isFloatingPoint else { return nil }
    return try elements(from: store)
  }
}
