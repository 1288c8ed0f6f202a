import Elements
import ModelGraph

/// A channels-last array seen with exactly three spatial axes; missing ones have size 1 and stand first.
struct SpatialArray {
  let batch: Int
  let size: [Int]
  let channels: Int

  init(shape: Shape) {
    batch = shape[0]
    size = [Int](repeating: 1, count: 5 - shape.count) + shape[1..<shape.count - 1]
    channels = shape[shape.count - 1]
  }

  /// Elements of one sample.
  var sampleCount: Int { size.reduce(1, *) * channels }

  /// The shape without the axes that were put in.
  static func shape(batch: Int, size: [Int], channels: Int, rank: Int) -> Shape {
    [batch] + size.suffix(rank - 2) + [channels]
  }
}

/// A window that slides over three spatial axes.
struct Window {
  var size: [Int]
  var strides: [Int]
  var dilation: [Int]
  /// Positions of the padding before the first element of the input, and after its last one.
  var before: [Int]
  var after: [Int]
  /// The number of window positions on each axis.
  var output: [Int]

  var taps: Int { size.reduce(1, *) }

  /// A window over an input of the given sizes; nil if it does not fit in once.
  ///
  /// - Parameter roundsUp: whether a last window may reach over the end of the padded input.
  init?(
    input: [Int], size: [Int], strides: [Int], dilation: [Int], padding: Padding, roundsUp: Bool = false
  ) {
    let ones = [Int](repeating: 1, count: 3 - size.count)
    self.size = ones + size
    self.strides = ones + strides
    self.dilation = ones + dilation
    before = []
    after = []
    output = []
    for axis in 0..<3 {
      let window = AxisWindow(
        size: self.size[axis], stride: self.strides[axis], dilation: self.dilation[axis])
      // An axis that was put in has a window of 1 and needs no padding.
      let (own, place) = axis < ones.count ? (.none(rank: 1), 0) : (padding, axis - ones.count)
      guard
        let count = window.outputSize(input: input[axis], padding: own, axis: place, roundsUp: roundsUp)
      else { return nil }
      output.append(count)
      let amounts = window.amounts(input: input[axis], padding: own, axis: place)
      before.append(amounts.before)
      after.append(amounts.after)
    }
  }

  /// Whether the window at an output position lies inside an input of the given sizes.
  func isInside(at position: (Int, Int, Int), input: [Int]) -> Bool {
    func fits(_ axis: Int, _ position: Int) -> Bool {
      let first = position * strides[axis] - before[axis]
      return first >= 0 && first + (size[axis] - 1) * dilation[axis] < input[axis]
    }
    return fits(0, position.0) && fits(1, position.1) && fits(2, position.2)
  }

  /// Calls with each tap of the window at an output position that lies inside the input.
  ///
  /// - Parameters:
  ///   - position: the output position on the three axes.
  ///   - input: the input's sizes.
  ///   - body: the tap's number and the index of the input position.
  @inline(__always)
  func forEachTap(at position: (Int, Int, Int), input: [Int], _ body: (Int, Int) -> Void) {
    let first0 = position.0 * strides[0] - before[0]
    let first1 = position.1 * strides[1] - before[1]
    let first2 = position.2 * strides[2] - before[2]
    let steps1 = steps(of: 1, from: first1, below: input[1])
    let steps2 = steps(of: 2, from: first2, below: input[2])
    for step0 in steps(of: 0, from: first0, below: input[0]) {
      let place0 = first0 + step0 * dilation[0]
      for step1 in steps1 {
        let place1 = place0 * input[1] + first1 + step1 * dilation[1]
        // Only where a kernel has that many elements the number is used, and then an integer holds it.
        let tap = (step0 &* size[1] &+ step1) &* size[2]
        for step2 in steps2 { body(tap &+ step2, place1 * input[2] + first2 + step2 * dilation[2]) }
      }
    }
  }

  /// The steps of a window along an axis that are at positions from 0 on and before an end.
  ///
  /// A window may be much larger than its input: what is outside is not walked through.
  /// - Parameters:
  ///   - axis: the axis.
  ///   - first: the position of the window's first step.
  ///   - end: the first position that is not wanted.
  @inline(__always)
  private func steps(of axis: Int, from first: Int, below end: Int) -> Range<Int> {
    let distance = dilation[axis]
    let count = distance == 1 ? end - first : (end - first + distance - 1) / distance
    let lower = first >= 0 ? 0 : distance == 1 ? -first : (distance - 1 - first) / distance
    return lower..<max(lower, min(size[axis], count))
  }

  /// How many taps of the window at an output position lie inside the padded input.
  func paddedTaps<Scalar: InferenceScalar>(at position: (Int, Int, Int), input: [Int]) -> Scalar {
    func count(_ axis: Int, _ position: Int) -> Scalar {
      let padded = before[axis] + input[axis] + after[axis]
      return Scalar(steps(of: axis, from: position * strides[axis], below: padded).count)
    }
    // Three numbers of taps that are possible alone need not have a product that an integer holds.
    return count(0, position.0) * count(1, position.1) * count(2, position.2)
  }

  /// The three coordinates of an output position.
  @inline(__always)
  func coordinates(_ index: Int) -> (Int, Int, Int) {
    let (rest, last) = index.quotientAndRemainder(dividingBy: output[2])
    let (first, middle) = rest.quotientAndRemainder(dividingBy: output[1])
    return (first, middle, last)
  }
}
