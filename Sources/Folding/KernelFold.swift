import Bytes
import ModelGraph

/// A batch normalization folded into a kernel and a bias, without a graph around them.
public struct KernelFold: Sendable {
  /// The kernel, each channel multiplied by its scale.
  public let kernel: Variable
  /// (bias - mean) * scale + beta; a bias that there was not is 0.
  public let bias: Variable
  /// What the batch normalization did.
  public let map: ChannelAffine

  /// Folds.
  ///
  /// - Parameters:
  ///   - normalization: a layer with the statistics, as variables with their roles.
  ///   - epsilon: what is added to the variance.
  ///   - kernel: the kernel, stored.
  ///   - channels: the channel of each element of the kernel.
  ///   - bias: the bias; nil if there is none.
  ///   - biasName: the name of a bias that there was not.
  ///   - store: where the weights are.
  /// - Throws: `Refusal` where the fold is not exact, or what the store throws.
  public init(
    of normalization: Layer, epsilon: Double, into kernel: Variable, channels: ChannelPlace, bias: Variable?,
    biasName: ByteString, store: any WeightStore
  ) throws {
    map = try ChannelAffine(
      of: normalization,
      normalization: BatchNormalization(axes: [1], epsilon: epsilon, centers: true, scales: true), from: store
    )
    guard channels.count == map.channels else {
      throw Refusal(
        .statisticsShape,
        "the kernel has \(channels.count) channels for \(map.channels) of the batch normalization")
    }
    self.kernel = kernel.scaled(by: channels.scale(map.scale))
    var layer = Layer(name: normalization.name, className: "", operation: .identity)
    layer.variables = bias.map { [$0] } ?? []
    var folded = try layer.foldedBias(map, like: kernel, takenNames: [], store: store)
    if bias == nil { folded.name = biasName }
    self.bias = folded
    layer.variables = [self.kernel, self.bias]
    try StorableWeights.check(layer, store: store)
  }
}
