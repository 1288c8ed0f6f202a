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
  /// Positions of the input that stand before its first element.
  var before: [Int]
  /// The number of window positions on each axis.
  var output: [Int]

  var taps: Int { size.reduce(1, *) }

  /// A window over an input of the given sizes; nil if it does not fit in once.
  init?(
    input: [Int], size: [Int], strides: [Int], dilation: [Int], padding: Padding
  ) {
    let ones = [Int](repeating: 1, count: 3 - size.count)
    self.size = ones + size
    self.strides = ones + strides
    self.dilation = ones + dilation
    before = []
    output = []
    for axis in 0..<3 {
      let window = AxisWindow(
        size: self.size[axis], stride: self.strides[axis], dilation: self.dilation[axis])
      // An axis that was put in has a window of 1 and needs no padding.
      let (own, place) = axis < ones.count ? (.none(rank: 1), 0) : (padding, axis - ones.count)
      guard let count = window.outputSize(input: input[axis], padding: own, axis: place) else { return nil }
      output.append(count)
      before.append(window.amounts(input: input[axis], padding: own, axis: place).before)
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
    var tap = 0
    for step0 in 0..<size[0] {
      let place0 = first0 + step0 * dilation[0]
      for step1 in 0..<size[1] {
        let place1 = first1 + step1 * dilation[1]
        for step2 in 0..<size[2] {
          let place2 = first2 + step2 * dilation[2]
          if place0 >= 0, place0 < input[0], place1 >= 0, place1 < input[1], place2 >= 0, place2 < input[2] {
            body(tap, (place0 * input[1] + place1) * input[2] + place2)
          }
          tap += 1
        }
      }
    }
  }

  /// The three coordinates of an output position.
  @inline(__always)
  func coordinates(_ index: Int) -> (Int, Int, Int) {
    let (rest, last) = index.quotientAndRemainder(dividingBy: output[2])
    let (first, middle) = rest.quotientAndRemainder(dividingBy: output[1])
    return (first, middle, last)
  }
}
