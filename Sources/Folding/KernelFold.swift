import ModelGraph
import Tensor

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
  ///   - channels: for the elements of the kernel the channel that they belong to.
  ///   - bias: the bias; nil if there is none.
  ///   - biasName: the name of a bias that there was not.
  ///   - store: where the weights are.
  /// - Throws: `Refusal` where the fold is not exact, or what the store throws.
  public init(
    of normalization: Layer, epsilon: Double, into kernel: Variable, channels: ChannelTable, bias: Variable?,
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

/// For the elements of a kernel, in row-major order, the channel that each belongs to.
public struct ChannelTable: Sendable, Equatable {
  /// Element `e` belongs to channel `channels[(e / inner) % channels.count]`.
  public let channels: [Int]
  /// The number of elements behind one entry.
  public let inner: Int
  /// The number of different channels.
  public let count: Int

  public init(channels: [Int], inner: Int, count: Int) {
    self.channels = channels
    self.inner = inner
    self.count = count
  }

  /// The channels of a kernel that are along some of its axes, in row-major order over them.
  ///
  /// - Parameters:
  ///   - shape: of the kernel.
  ///   - axes: the places in it, the first one of the channels first.
  init(of shape: Shape, alongAxes axes: [Int]) {
    func inner(_ axis: Int) -> Int { shape[(axis + 1)...].reduce(1, *) }
    let last = inner(axes.max() ?? shape.count - 1)
    let period = shape[(axes.min() ?? 0)...].reduce(1, *) / last
    channels = (0..<period).map { entry in
      axes.reduce(0) { $0 * shape[$1] + entry / (inner($1) / last) % shape[$1] }
    }
    self.inner = last
    count = axes.reduce(1) { $0 * shape[$1] }
  }

  /// The channel of an element.
  public func channel(ofElement index: Int) -> Int { channels[(index / inner) % channels.count] }

  /// A factor a channel as the factors of the elements.
  func scale(_ factors: [Double]) -> ChannelScale {
    ChannelScale(factors: channels.map { factors[$0] }, inner: inner)
  }
}
