import Elements
import ModelGraph

/// A scale and shift of each element of a sample, where they are along several axes.
///
/// A batch normalization along one axis and one along another give it, and a change of shape that spreads channels over several
/// axes. The elements are in row-major order, so that such a change leaves them where they are.
extension ChannelRelations {
  /// The same with a scale and shift for each element of a sample; nil where there are too many, or not known how many.
  ///
  /// - Parameter shape: of the tensor, with the batch.
  func ofElements(_ shape: PartialShape?) -> ChannelRelations? {
    guard let sample = shape?.withoutBatch, let places = axis.channels(ofSample: sample),
      places.allSatisfy(channels.indices.contains)
    else { return nil }
    var result = self
    result.axis = .elements(ofSample: sample.count)
    result.channels = places.map { channels[$0] }
    return result
  }

  /// The relation of the elements in another shape; nil where they are not told apart.
  ///
  /// - Parameters:
  ///   - shape: of the tensor, with the batch.
  ///   - other: the new shape, with the batch.
  func reshaped(from shape: PartialShape?, to other: PartialShape?) -> ChannelRelations? {
    guard var result = ofElements(shape), let sample = other?.withoutBatch,
      sample.checkedElementCount == result.channels.count
    else { return nil }
    result.axis = .elements(ofSample: sample.count)
    return result.alongOneAxis(sample)
  }

  /// The relation of the elements with the axes in another order; nil where they are not told apart.
  ///
  /// - Parameters:
  ///   - shape: of the tensor, with the batch.
  ///   - order: the axis of the tensor that each axis of the result is; the batch stays the first one.
  func permuted(_ shape: PartialShape?, by order: [Int]) -> ChannelRelations? {
    guard let elements = ofElements(shape), let sample = shape?.withoutBatch, order.first == 0,
      order.count == sample.count + 1
    else { return nil }
    let axes = order.dropFirst().map { $0 - 1 }
    let sizes = axes.map { sample[$0] }
    var result = elements
    result.channels = result.channels.indices.map { index in
      var source = [Int](repeating: 0, count: sample.count)
      for (axis, place) in zip(axes, sizes.position(ofElement: index)) { source[axis] = place }
      return elements.channels[zip(source, sample).reduce(0) { $0 * $1.1 + $1.0 }]
    }
    return result.alongOneAxis(sizes)
  }

  /// The relation of the elements after a scale and shift of each; along one axis again where that says all of it.
  func alongOneAxis(of shape: PartialShape?) -> ChannelRelations {
    guard case .joined = axis, let sample = shape?.withoutBatch,
      sample.checkedElementCount == channels.count
    else { return self }
    return alongOneAxis(sample)
  }

  private func alongOneAxis(_ sample: Shape) -> ChannelRelations {
    for axis in sample.indices.reversed() {
      let inner = sample[(axis + 1)...].reduce(1, *)
      let isAlong = channels.indices.allSatisfy { element in
        let first = channels[element / inner % sample[axis] * inner]
        return channels[element].isAlike(first) && channels[element].sources == first.sources
      }
      guard isAlong else { continue }
      var result = self
      result.axis = .fromFront(axis + 1)
      result.channels = (0..<sample[axis]).map { channels[$0 * inner] }
      return result
    }
    return self
  }
}

extension ChannelAffine {
  /// The same with numbers for each element of a sample; nil where there are too many, or not known how many.
  ///
  /// - Parameter shape: of the tensor, with the batch.
  func ofElements(_ shape: PartialShape?) -> ChannelAffine? {
    guard let sample = shape?.withoutBatch, let places = axis.channels(ofSample: sample),
      places.allSatisfy(scale.indices.contains)
    else { return nil }
    return picking(places, axis: .elements(ofSample: sample.count))
  }
}

extension ChannelAxis {
  /// Elements of a sample that are told apart, at most.
  private static let largestSample = 1 << 18

  /// All axes of a sample, taken as one.
  ///
  /// - Parameter rank: how many they are.
  fileprivate static func elements(ofSample rank: Int) -> ChannelAxis {
    rank == 1 ? .fromFront(1) : .joined(fromBack: Array((1...max(1, rank)).reversed()))
  }

  /// The channel of each element; nil where there are too many elements, or where the channels are along the batch.
  ///
  /// - Parameter sample: the shape of the tensor, without the batch.
  fileprivate func channels(ofSample sample: Shape) -> [Int]? {
    let axes: [Int]
    if case .joined(let distances) = self {
      axes = distances.map { sample.count - $0 }
    } else {
      guard let axis = index(rank: sample.count + 1) else { return nil }
      axes = [axis - 1]
    }
    guard axes.allSatisfy(sample.indices.contains), let count = sample.checkedElementCount,
      (1...Self.largestSample).contains(count)
    else { return nil }
    return (0..<count).map { element in
      let position = sample.position(ofElement: element)
      return axes.reduce(0) { $0 * sample[$1] + position[$1] }
    }
  }
}

extension Array where Element == Int? {
  /// The sizes of all axes but the batch; nil where one is not known.
  var withoutBatch: Shape? {
    let sizes = dropFirst().compactMap { $0 }
    return sizes.count == count - 1 ? sizes : nil
  }
}
