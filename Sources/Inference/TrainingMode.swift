import ModelGraph

/// Lets batch normalizations of a run use the statistics of the batch, as in training; all other layers stay as they are.
public struct TrainingMode<Scalar: InferenceScalar> {
  /// The layer that is run, or whose inside is.
  let address: LayerAddress
  /// The argument `training` of the innermost call that has one.
  let training: Bool?
  let statistics: (NormalizationCall<Scalar>) throws -> ChannelStatistics?

  /// - Parameter statistics: is asked at every call of a batch normalization that is not in a wrapper; nil lets it use its
  ///   moving statistics.
  public init(_ statistics: @escaping (NormalizationCall<Scalar>) throws -> ChannelStatistics?) {
    self.init(address: LayerAddress([]), training: nil, statistics: statistics)
  }

  private init(
    address: LayerAddress, training: Bool?,
    statistics: @escaping (NormalizationCall<Scalar>) throws -> ChannelStatistics?
  ) {
    self.address = address
    self.training = training
    self.statistics = statistics
  }

  /// The mode of a layer that is called in this one.
  func inside(_ call: Call) -> TrainingMode {
    TrainingMode(
      address: LayerAddress(address.indices + [call.layer]), training: call.training ?? training,
      statistics: statistics)
  }
}

/// A call of a batch normalization.
public struct NormalizationCall<Scalar: InferenceScalar> {
  /// Where the layer stands in the graph that is run.
  public let address: LayerAddress
  public let normalization: BatchNormalization
  /// What goes into it.
  public let input: DenseArray<Scalar>
  /// The argument `training`, its own or that of a model around it, where the architecture fixes it.
  public let training: Bool?
}
