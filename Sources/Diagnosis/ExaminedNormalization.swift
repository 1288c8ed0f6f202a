import Bytes
import Elements
import ModelGraph

/// A batch normalization with its numbers.
struct ExaminedNormalization {
  /// The name, with the models around it.
  let path: ByteString
  let operation: BatchNormalization
  /// The graph that it is in, by number.
  let graph: Int
  /// Its calls there.
  let calls: [Int]
  /// Whether a wrapper applies it at each step of a time axis.
  let isWrapped: Bool
  /// Nil where they are of a type that is only carried, or do not fit each other.
  let statistics: ChannelStatistics?
  /// One for each channel: 1 where there is none.
  let gamma: [Double]
  /// One for each channel: 0 where there is none.
  let beta: [Double]
  /// Channels of what it normalizes that are constant, as the kernel before it has only zeros for them.
  let constantInputs: Set<Int>

  var channels: Int { gamma.count }
  var epsilon: Double { operation.epsilon }

  /// - Throws: what the weight store throws.
  init(
    _ operation: BatchNormalization, layer index: Int, of examined: ExaminedGraph, _ number: Int,
    _ store: any WeightStore
  ) throws {
    let layer = examined.graph.layers[index]
    let core = layer.core
    func values(_ role: Role) throws -> [Double]? {
      guard let variable = core.variable(role), variable.elementType.isFloatingPoint else { return nil }
      return try variable.elements(from: store)
    }
    let (mean, variance) = (try values(.movingMean) ?? [], try values(.movingVariance) ?? [])
    let gamma = try values(.gamma) ?? [Double](repeating: 1, count: mean.count)
    let beta = try values(.beta) ?? [Double](repeating: 0, count: mean.count)
    let areTogether = [variance.count, gamma.count, beta.count].allSatisfy { $0 == mean.count }
    self.path = examined.path(ofLayer: index)
    self.operation = operation
    self.graph = number
    calls = examined.callsOfLayers[index] ?? []
    isWrapped = !layer.wrapped.isEmpty
    statistics = areTogether && !mean.isEmpty ? ChannelStatistics(mean: mean, variance: variance) : nil
    (self.gamma, self.beta) = areTogether ? (gamma, beta) : ([], [])
    constantInputs =
      areTogether && !isWrapped
      ? try examined.constantOutputs(before: calls, count: mean.count, store) : []
  }

  /// What a channel is multiplied by.
  func scale(_ channel: Int) -> Double {
    statistics?.scale(ofChannel: channel, gamma: gamma[channel], epsilon: epsilon) ?? .nan
  }

  /// The channels whose numbers say something, with the variance of each.
  func channels(where isOne: (_ channel: Int, _ variance: Double) -> Bool) -> [Int] {
    guard let variance = statistics?.variance else { return [] }
    return variance.indices.filter { isOne($0, variance[$0]) }
  }

  /// Whether a channel gives the same for every input.
  func isConstant(_ channel: Int) -> Bool { gamma[channel] == 0 || constantInputs.contains(channel) }
}

extension ExaminedGraph {
  /// Output channels of the layer before a batch normalization that do not depend on its input.
  ///
  /// - Parameter calls: of the batch normalization, of which there has to be one.
  fileprivate func constantOutputs(
    before calls: [Int], count: Int, _ store: any WeightStore
  ) throws -> Set<Int> {
    guard calls.count == 1, let producer = producer(of: calls[0]) else { return [] }
    let layer = layer(ofCall: producer)
    guard layer.wrapped.isEmpty, let linear = layer.operation.linearMap,
      let kernel = layer.variable(linear.last.role), kernel.elementType.isFloatingPoint,
      let axes = linear.axes(of: linear.last, shape: kernel.shape), axes.outputs == count
    else { return [] }
    let ranges = try KernelMagnitudes(of: kernel, axes, from: store)
    return Set(ranges.largest.indices.filter { ranges.largest[$0] == 0 })
  }
}
