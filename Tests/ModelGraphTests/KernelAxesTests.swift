import Elements
import ModelGraph
import Testing

/// The channels of a kernel's elements, against walking through the kernel axis by axis.
@Suite struct KernelAxesTests {
  private static let cases: [(KernelLayout, Shape, groups: Int)] = [
    (.outputFirst, [4, 3, 2, 2], 1), (.outputFirst, [4, 3, 2], 2), (.outputLast, [2, 3, 3, 4], 1),
    (.outputLast, [2, 3, 6], 3), (.inputFirst, [3, 4, 2], 1), (.inputFirst, [6, 2, 2, 1], 3),
    (.linear, [3, 5], 1), (.transposed, [5, 3], 1), (.depthwise, [2, 2, 3, 2], 1),
    (.inputLast, [2, 2, 4, 3], 1), (.inputLast, [2, 2, 6], 3), (.inputLast, [2, 1, 3], 3),
  ]

  /// Output and input channel of an element at an index, by the definition of the layout.
  private func channels(
    _ layout: KernelLayout, _ shape: Shape, groups: Int, at index: [Int]
  ) -> (output: Int, input: Int) {
    let rank = shape.count
    switch layout {
    case .outputFirst, .linear:
      return (index[0], index[0] / (shape[0] / groups) * shape[1] + index[1])
    case .outputLast, .transposed:
      let output = index[rank - 1]
      return (output, output / (shape[rank - 1] / groups) * shape[rank - 2] + index[rank - 2])
    case .inputFirst:
      return (index[0] / (shape[0] / groups) * shape[1] + index[1], index[0])
    case .depthwise: return (index[rank - 2] * shape[rank - 1] + index[rank - 1], index[rank - 2])
    case .inputLast:
      let input = index[rank - 1]
      return (input / (shape[rank - 1] / groups) * shape[rank - 2] + index[rank - 2], input)
    }
  }

  private func index(of element: Int, in shape: Shape) -> [Int] {
    var rest = element
    return shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }

  @Test(arguments: cases)
  func `Each element has the channels of its index`(layout: KernelLayout, shape: Shape, groups: Int) throws {
    let axes = try #require(layout.axes(shape: shape, groups: groups))
    for element in 0..<shape.elementCount {
      let expected = channels(layout, shape, groups: groups, at: index(of: element, in: shape))
      #expect(axes.output.channel(ofElement: element) == expected.output)
      // A depthwise kernel reads each channel alone; its groups are its channels.
      #expect(axes.inputChannel(ofElement: element) == expected.input)
    }
  }

  @Test(arguments: cases)
  func `Factors and sums go by the channels`(layout: KernelLayout, shape: Shape, groups: Int) throws {
    let axes = try #require(layout.axes(shape: shape, groups: groups))
    let elements = (0..<shape.elementCount).map { Double($0 * $0 % 17) - 8 }
    let inputs = (0..<axes.inputs).map { Double($0) + 2 }
    let outputs = (0..<axes.outputs).map { 1 / (Double($0) + 3) }
    var sums = [Double](repeating: 0, count: axes.outputs)
    let scaledInputs = scaled(elements, by: axes.inputScale(inputs))
    let scaledOutputs = scaled(elements, by: axes.output.scale(outputs))
    for (element, value) in elements.enumerated() {
      let (output, input) = channels(layout, shape, groups: groups, at: index(of: element, in: shape))
      sums[output] += value * inputs[input]
      #expect(scaledInputs[element] == value * inputs[input])
      #expect(scaledOutputs[element] == value * outputs[output])
    }
    for (found, expected) in zip(axes.sums(of: elements, with: inputs), sums) {
      #expect(abs(found - expected) < 1e-9)
    }
  }

  private func scaled(_ elements: [Double], by scale: ChannelScale) -> [Double] {
    var elements = elements
    elements.withUnsafeMutableBytes { scale.apply(to: $0, type: .float64, first: 0) }
    return elements
  }

  @Test func `A kernel that a layout cannot have has no channels`() {
    #expect(KernelLayout.linear.axes(shape: [2, 3, 4]) == nil)
    #expect(KernelLayout.depthwise.axes(shape: [2, 3]) == nil)
    #expect(KernelLayout.outputLast.axes(shape: [2, 3, 5], groups: 2) == nil)
    #expect(KernelLayout.outputFirst.axes(shape: [0, 3, 2]) == nil)
    #expect(KernelLayout.inputLast.axes(shape: [2, 2, 3], groups: 2) == nil)
  }

  @Test func `Channels along several axes are counted row by row`() {
    let place = ChannelPlace(of: [2, 3, 4], alongAxes: [2, 0])
    for element in 0..<24 {
      #expect(place.channel(ofElement: element) == element % 4 * 2 + element / 12)
    }
  }
}
