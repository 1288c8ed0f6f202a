import ModelGraph

/// Lets batch normalizations of a run use the statistics of the batch, as in training; all other layers stay as they are.
public struct TrainingMode<Scalar: InferenceScalar> {
  /// The layer that is run, or whose inside is.
  let address: LayerAddress
  let statistics: (LayerAddress, BatchNormalization, DenseArray<Scalar>) throws -> ChannelStatistics?

  /// - Parameter statistics: is asked at every call of a batch normalization that is not in a wrapper and not called with
  ///   `training=False`, with what goes into it; nil lets it use its moving statistics.
  public init(
    _ statistics:
      @escaping (LayerAddress, BatchNormalization, DenseArray<Scalar>) throws -> ChannelStatistics?
  ) {
    self.init(address: LayerAddress([]), statistics: statistics)
  }

  private init(
    address: LayerAddress,
    statistics: @escaping (LayerAddress, BatchNormalization, DenseArray<Scalar>) throws -> ChannelStatistics?
  ) {
    self.address = address
    self.statistics = statistics
  }

  /// The mode of a layer of the model that this one is of.
  func inside(_ layer: Int) -> TrainingMode {
    TrainingMode(address: LayerAddress(address.indices + [layer]), statistics: statistics)
  }
}
