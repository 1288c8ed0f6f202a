import Bytes
import Elements
import Inference

/// What a tensor holds at each index of an axis, by which it is known again with its axes in another order, or in another shape.
struct TensorSignature: Sendable {
  /// The layer that gives it, with the models around it.
  let name: ByteString
  let elementCount: Int
  /// Along the axis behind that of the samples, and along the last one.
  fileprivate let profiles: [Profile]

  /// Mean and root mean square at each index of an axis.
  fileprivate struct Profile: Sendable {
    let means: [Double]
    let sizes: [Double]
  }

  /// How two tensors differ.
  struct Distance {
    /// Channels that are further apart than rounding explains.
    let channels: [Int]
    let channelCount: Int
    /// The channel that is furthest apart, and how far, relative to the largest channel.
    let worst: Int
    let largest: Double
    /// The means of that channel.
    let means: (old: Double, new: Double)
  }

  init<Scalar: InferenceScalar>(_ name: ByteString, _ array: DenseArray<Scalar>) {
    self.name = name
    elementCount = array.values.count
    let axes = array.shape.count > 2 ? [1, array.shape.count - 1] : [array.shape.count - 1]
    profiles = axes.filter { $0 >= 0 }.map { Profile(array, axis: $0) }
  }

  /// How far another tensor is from this one, along the axes where they are nearest; nil where they have no axis in common.
  ///
  /// - Parameter tolerance: what rounding explains, relative to the largest channel.
  func distance(to other: TensorSignature, tolerance: Double) -> Distance? {
    guard elementCount == other.elementCount else { return nil }
    let distances = profiles.flatMap { profile in
      other.profiles.compactMap { profile.distance(to: $0, tolerance: tolerance) }
    }
    return distances.min { $0.channels.count * $1.channelCount < $1.channels.count * $0.channelCount }
  }
}

extension TensorSignature.Profile {
  init<Scalar: InferenceScalar>(_ array: DenseArray<Scalar>, axis: Int) {
    let size = array.shape[axis]
    let inner = array.shape[(axis + 1)...].reduce(1, *)
    var sums = [Double](repeating: 0, count: size)
    var squares = sums
    for (index, value) in array.values.enumerated() where size > 0 {
      let value = Double(value)
      let place = index / inner % size
      sums[place] += value
      squares[place] += value * value
    }
    let count = Double(max(1, size == 0 ? 0 : array.values.count / size))
    means = sums.map { $0 / count }
    sizes = squares.map { ($0 / count).squareRoot() }
  }

  func distance(to other: Self, tolerance: Double) -> TensorSignature.Distance? {
    guard !means.isEmpty, means.count == other.means.count else { return nil }
    let scale = max(sizes.max() ?? 0, .leastNormalMagnitude)
    let distances = means.indices.map {
      max(abs(means[$0] - other.means[$0]), abs(sizes[$0] - other.sizes[$0])) / scale
    }
    let worst = distances.indices.max { distances[$0] < distances[$1] } ?? 0
    return TensorSignature.Distance(
      // What is not a number is apart from everything.
      channels: distances.indices.filter { !(distances[$0] <= tolerance) }, channelCount: means.count,
      worst: worst, largest: distances[worst], means: (means[worst], other.means[worst]))
  }
}
