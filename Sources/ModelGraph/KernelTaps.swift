import Elements

/// The elements of a convolution's kernel by what they connect: an output channel, an input channel, and a place beside that of the
/// output.
///
/// Kernels of convolutions that read one tensor with the same strides can be added, tap by tap, where their outputs are of one size.
public struct KernelTaps: Sendable {
  /// One of the elements that the window has for each pair of channels.
  public struct Tap: Sendable {
    /// How far from the output's place it reads, along each spatial axis.
    public let offset: [Int]
    /// How far in the kernel it is from the first one.
    public let place: Int
  }

  public let outputs: Int
  public let groups: Int
  /// How many input channels each output reads.
  public let inputsOfAGroup: Int
  /// How far apart elements of neighboring output channels and input channels are in the kernel.
  public let outputStep: Int
  public let inputStep: Int
  public let taps: [Tap]
  public let strides: [Int]
  /// By how much the output is smaller than the input along each spatial axis, at stride 1.
  public let cut: [Int]

  /// Taps, and numbers of a window, beyond which a convolution is not looked at.
  private static let largestWindow = 1 << 16
  private static let largestNumber = 1 << 30

  /// - Parameters:
  ///   - convolution: not a transposed or separable one.
  ///   - shape: of its kernel.
  ///   - zeros: further zeros that are put beside its input.
  /// - Returns: nil where what it reads is not known, or depends on the size of the input.
  public init?(_ convolution: Convolution, kernel shape: Shape, zeros: [EdgeAmounts]? = nil) {
    let rank = convolution.kernelSize.count
    guard shape.count == rank + 2, shape.allSatisfy({ $0 > 0 }), convolution.strides.count == rank,
      convolution.dilation.count == rank, zeros == nil || zeros?.count == rank
    else { return nil }
    var steps = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { steps[axis] = steps[axis + 1] * shape[axis + 1] }
    let spatial: Range<Int>
    switch (convolution.kind, convolution.kernelLayout ?? .outputLast) {
    case (.regular(let groups), .outputFirst):
      (outputs, inputsOfAGroup, self.groups) = (shape[0], shape[1], groups)
      (outputStep, inputStep, spatial) = (steps[0], steps[1], 2..<rank + 2)
    case (.regular(let groups), .outputLast):
      (outputs, inputsOfAGroup, self.groups) = (shape[rank + 1], shape[rank], groups)
      (outputStep, inputStep, spatial) = (1, steps[rank], 0..<rank)
    case (.depthwise, _):
      (outputs, inputsOfAGroup, groups) = (shape[rank] * shape[rank + 1], 1, shape[rank])
      (outputStep, inputStep, spatial) = (1, 0, 0..<rank)
    default: return nil
    }
    let sizes = Array(shape[spatial])
    guard groups > 0, outputs % groups == 0, sizes == convolution.kernelSize,
      sizes.reduce(1, *) <= Self.largestWindow,
      let amounts = convolution.amountsOfAnyInput, amounts.count == rank
    else { return nil }
    let before = amounts.indices.map { amounts[$0].before + (zeros?[$0].before ?? 0) }
    let after = amounts.indices.map { amounts[$0].after + (zeros?[$0].after ?? 0) }
    let numbers = convolution.strides + convolution.dilation + before + after
    guard numbers.allSatisfy({ (0...Self.largestNumber).contains($0) }) else { return nil }
    strides = convolution.strides
    cut = sizes.indices.map { (sizes[$0] - 1) * convolution.dilation[$0] - before[$0] - after[$0] }
    let spatialSteps = Array(steps[spatial])
    taps = (0..<sizes.reduce(1, *)).map { index in
      var (rest, place) = (index, 0)
      var offset = before.map { -$0 }
      for axis in sizes.indices.reversed() {
        let position = rest % sizes[axis]
        rest /= sizes[axis]
        place += position * spatialSteps[axis]
        offset[axis] += position * convolution.dilation[axis]
      }
      return Tap(offset: offset, place: place)
    }
  }
}

extension KernelTaps {
  public var inputs: Int { groups * inputsOfAGroup }

  /// Whether each output is at a place of the input, and the other way round.
  public var keepsPlaces: Bool { strides.allSatisfy { $0 == 1 } && cut.allSatisfy { $0 == 0 } }

  /// The elements by which each channel reads the very place that it writes; nil where the kernel has no such elements.
  public var diagonal: [Int]? {
    guard outputs == inputs, let center = taps.first(where: { $0.offset.allSatisfy { $0 == 0 } }) else {
      return nil
    }
    return (0..<outputs).map { $0 * outputStep + $0 % inputsOfAGroup * inputStep + center.place }
  }

  /// For each tap of this kernel the place of that of another one, which reads the same; nil where that has no such tap, or connects
  /// other channels.
  public func places(in other: KernelTaps) -> [Int]? {
    guard outputs == other.outputs, groups == other.groups, inputsOfAGroup == other.inputsOfAGroup,
      strides == other.strides, cut == other.cut
    else { return nil }
    let places = Dictionary(uniqueKeysWithValues: other.taps.map { ($0.offset, $0.place) })
    let found = taps.compactMap { places[$0.offset] }
    return found.count == taps.count ? found : nil
  }

  /// Adds a kernel to another one that has its taps.
  ///
  /// - Parameters:
  ///   - kernel: the elements of this kernel.
  ///   - factors: of its output channels.
  ///   - sum: the elements of the other kernel.
  ///   - places: as `places(in:)` gives them.
  ///   - other: the other kernel.
  public func add(
    _ kernel: [Double], times factors: [Double], to sum: inout [Double], at places: [Int],
    of other: KernelTaps
  ) {
    for output in 0..<outputs {
      for input in 0..<inputsOfAGroup {
        let own = output * outputStep + input * inputStep
        let start = output * other.outputStep + input * other.inputStep
        for (tap, place) in zip(taps, places) {
          sum[start + place] += kernel[own + tap.place] * factors[output]
        }
      }
    }
  }
}

extension Convolution {
  /// The zeros beside the input, where they are the same for inputs of all sizes; nil otherwise.
  fileprivate var amountsOfAnyInput: [EdgeAmounts]? {
    guard case .same(let odd) = padding else {
      if case .explicit(let amounts) = padding { return amounts }
      return nil
    }
    let extents = kernelSize.indices.map { window(axis: $0).extent }
    guard kernelSize.indices.allSatisfy({ strides[$0] == 1 || extents[$0] == 1 }) else { return nil }
    return extents.map { odd.split($0 - 1) }
  }
}
