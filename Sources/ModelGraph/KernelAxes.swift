import Elements

/// Which input and output channel each element of a kernel belongs to.
public struct KernelAxes: Sendable, Equatable {
  /// The output channel of each element.
  public let output: ChannelPlace
  /// The input channel of each element, within its group.
  public let input: ChannelPlace
  /// Contiguous groups of output channels, each of which reads the same number of input channels.
  public let groups: Int
  /// How many output channels there are along each of the axes that they are along.
  public let outputSizes: [Int]

  /// - Parameters:
  ///   - output: the output channel of each element.
  ///   - input: the input channel of each element, within its group.
  ///   - groups: contiguous groups of output channels.
  ///   - outputSizes: how many there are along each of their axes; nil for one axis.
  public init(output: ChannelPlace, input: ChannelPlace, groups: Int = 1, outputSizes: [Int]? = nil) {
    (self.output, self.input, self.groups) = (output, input, groups)
    self.outputSizes = outputSizes ?? [output.count]
  }

  public var outputs: Int { output.count }

  public var inputs: Int { input.count * groups }

  /// The input channel of an element.
  public func inputChannel(ofElement element: Int) -> Int {
    let within = input.channel(ofElement: element)
    guard groups > 1 else { return within }
    return output.channel(ofElement: element) / (outputs / groups) * input.count + within
  }

  /// Elements that follow each other and have either all one output channel, or each the next one.
  public var run: Int { runsThroughOutputs ? output.count : output.inner }

  /// Whether all elements of a run belong to one input channel.
  public var hasOneInputInARun: Bool { groups == 1 && input.inner % run == 0 }

  /// Whether a run goes through the output channels.
  public var runsThroughOutputs: Bool { output.inner == 1 && output.table == nil }
}

extension KernelAxes {
  /// The factors of a kernel's elements, one for each input channel.
  ///
  /// - Parameter factors: one for each input channel.
  public func inputScale(_ factors: [Double]) -> ChannelScale {
    guard groups > 1 else { return input.scale(factors) }
    let inner = min(input.inner, output.inner)
    let entries = max(input.period, output.period) / inner
    return ChannelScale(
      factors: (0..<entries).map { factors[inputChannel(ofElement: $0 * inner)] }, inner: inner)
  }

  /// For each output channel the sum of its elements, each times a number of its input channel.
  ///
  /// - Parameters:
  ///   - elements: of the whole kernel, row-major.
  ///   - numbers: one for each input channel.
  public func sums(of elements: [Double], with numbers: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: outputs)
    guard runsThroughOutputs, hasOneInputInARun else {
      for (index, element) in elements.enumerated() {
        sums[output.channel(ofElement: index)] += element * numbers[inputChannel(ofElement: index)]
      }
      return sums
    }
    for start in stride(from: 0, to: elements.count, by: run) {
      let number = numbers[inputChannel(ofElement: start)]
      for channel in 0..<outputs { sums[channel] += elements[start + channel] * number }
    }
    return sums
  }
}

extension KernelAxes {
  /// The axes of an einsum layer's kernel that have labels of the output, and one of the input.
  ///
  /// - Parameters:
  ///   - shape: of the kernel.
  ///   - outputs: the places of the output's labels in the kernel, the channels being row-major over them.
  ///   - input: that of the input's; nil where it does not matter.
  /// - Returns: nil for a kernel without elements, or without these axes.
  public init?(shape: Shape, outputs: [Int], input: Int?) {
    guard shape.allSatisfy({ $0 > 0 }), !outputs.isEmpty, outputs.allSatisfy(shape.indices.contains) else {
      return nil
    }
    self.init(
      output: ChannelPlace(of: shape, alongAxes: outputs),
      input: input.map { ChannelPlace(of: shape, alongAxes: [$0]) }
        ?? ChannelPlace(inner: shape.elementCount, count: 1),
      outputSizes: outputs.map { shape[$0] })
  }
}
