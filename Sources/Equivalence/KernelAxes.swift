import ModelGraph
import Tensor

/// Which input and output channel each element of a kernel belongs to.
///
/// Source of the layouts: keras/src/layers, `build` of each class.
public struct KernelAxes: Sendable {
  /// The place of an index in the row-major elements of a kernel: (element / inner) % size.
  struct Place: Sendable {
    let inner: Int
    let size: Int
    /// For each of some positions the index; nil where they are the same.
    var table: [Int]?

    func index(ofElement element: Int) -> Int {
      guard let table else { return (element / inner) % size }
      return table[(element / inner) % table.count]
    }
  }

  let output: Place
  /// Within its group.
  let input: Place
  /// Contiguous groups of output channels, each of which reads as many input channels.
  let groups: Int

  /// How many output channels there are along each of the axes that they are along.
  let outputSizes: [Int]

  init(output: Place, input: Place, groups: Int = 1, outputSizes: [Int]? = nil) {
    (self.output, self.input, self.groups) = (output, input, groups)
    self.outputSizes = outputSizes ?? [output.size]
  }

  var outputs: Int { output.size }

  var inputs: Int { input.size * groups }

  /// The input channel of an element.
  func inputChannel(ofElement element: Int) -> Int {
    let within = input.index(ofElement: element)
    guard groups > 1 else { return within }
    return output.index(ofElement: element) / (outputs / groups) * input.size + within
  }

  /// Elements that follow each other and have either all one output channel, or each the next one.
  var run: Int { runsThroughOutputs ? output.size : output.inner }

  /// Whether all elements of a run belong to one input channel.
  var hasOneInputInARun: Bool { groups == 1 && input.inner % run == 0 }

  /// Whether a run goes through the output channels.
  var runsThroughOutputs: Bool { output.inner == 1 && output.table == nil }
}

extension KernelAxes {
  /// The axes of a kernel whose output channels a table tells.
  ///
  /// - Parameters:
  ///   - channels: element `e` belongs to output channel `channels[(e / inner) % channels.count]`.
  ///   - inner: the number of elements behind one entry.
  ///   - count: the number of output channels.
  ///   - elements: of the kernel.
  public init(channels: [Int], inner: Int, count: Int, elements: Int) {
    self.init(
      output: Place(inner: inner, size: count, table: channels.elementsEqual(0..<count) ? nil : channels),
      input: Place(inner: elements, size: 1))
  }
}

extension KernelAxes {
  /// - Parameter shape: of the kernel.
  /// - Returns: nil for a kernel that the convolution cannot have.
  init?(of convolution: Convolution, shape: Shape) {
    guard shape.count == convolution.kernelSize.count + 2, shape.allSatisfy({ $0 > 0 }) else { return nil }
    let (first, last) = (shape[shape.count - 2], shape[shape.count - 1])
    switch convolution.kind {
    case .regular(let groups):
      guard groups > 0, last % groups == 0 else { return nil }
      self.init(
        output: Place(inner: 1, size: last), input: Place(inner: last, size: first), groups: groups)
    case .depthwise:
      self.init(output: Place(inner: 1, size: first * last), input: Place(inner: last, size: first))
    case .transposed: self.init(output: Place(inner: last, size: first), input: Place(inner: 1, size: last))
    case .separable: return nil
    }
  }

  /// - Parameter shape: of the kernel of a dense layer, or another one with inputs before outputs.
  init?(inputsBeforeOutputs shape: Shape) {
    guard shape.count == 2, shape.allSatisfy({ $0 > 0 }) else { return nil }
    self.init(output: Place(inner: 1, size: shape[1]), input: Place(inner: shape[1], size: shape[0]))
  }

  /// The axes of an einsum layer's kernel that have labels of the output, and one of the input.
  ///
  /// - Parameters:
  ///   - outputs: the places of the output's labels in the kernel, the channels being row-major over them.
  ///   - input: that of the input's; nil where it does not matter.
  init?(shape: Shape, outputs: [Int], input: Int?) {
    guard shape.allSatisfy({ $0 > 0 }), outputs.allSatisfy(shape.indices.contains),
      let last = outputs.max()
    else { return nil }
    func inner(_ axis: Int) -> Int { shape[(axis + 1)...].reduce(1, *) }
    let sizes = outputs.map { shape[$0] }
    var output = Place(inner: inner(last), size: sizes.reduce(1, *))
    if outputs.count > 1 {
      output.table = (0..<shape.elementCount / output.inner).map { entry in
        outputs.reduce(0) { channel, axis in
          channel * shape[axis] + entry / (inner(axis) / output.inner) % shape[axis]
        }
      }
    }
    self.init(
      output: output,
      input: input.map { Place(inner: inner($0), size: shape[$0]) }
        ?? Place(inner: shape.elementCount, size: 1),
      outputSizes: sizes)
  }
}
