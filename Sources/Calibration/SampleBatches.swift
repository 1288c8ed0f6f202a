import Inference

/// The data, batch by batch.
public protocol SampleBatches {
  /// How many batches there are.
  var count: Int { get }

  /// How many samples a batch has.
  func sampleCount(ofBatch index: Int) -> Int

  /// One array for each input of the model, the samples along the first axis, in float32.
  ///
  /// - Throws: an error that names the file and the place in it.
  func floats(ofBatch index: Int) throws -> [DenseArray<Float>]

  /// The same in float64.
  ///
  /// - Throws: as `floats(ofBatch:)`.
  func doubles(ofBatch index: Int) throws -> [DenseArray<Double>]
}
