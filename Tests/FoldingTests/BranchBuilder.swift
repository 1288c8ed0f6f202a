import Bytes
import Elements
import ModelGraph

/// Builds a sum of convolutions and batch normalizations of one tensor.
final class BranchBuilder {
  var model: ModelBuilder
  let source: TensorReference
  /// Without the samples; the channels come last.
  let shape: Shape
  private var terms: [TensorReference] = []
  private var count = 0

  init(_ shape: Shape = [5, 5, 4], seed: UInt64 = 7, elementType: ElementType = .float64) {
    model = ModelBuilder(seed: seed)
    model.elementType = elementType
    let input = model.input(shape)
    // What a sum does to the network's input nothing could undo; an activation keeps all other ways closed.
    source = model.add(.activation(.tanh), "start", input)
    self.shape = shape
  }

  private var channels: Int { shape[shape.count - 1] }

  private func name(_ kind: String) -> ByteString {
    count += 1
    return ByteString("\(kind)\(count)")
  }

  /// Adds a tensor as the next term.
  @discardableResult
  func term(_ tensor: TensorReference) -> BranchBuilder {
    terms.append(tensor)
    return self
  }

  /// A convolution as the next term.
  @discardableResult
  func conv(
    _ size: Int = 3, kind: Convolution.Kind = .regular(groups: 1), stride: Int = 1, dilation: Int = 1,
    padding: Padding = .same, filters: Int? = nil, usesBias: Bool = true, activation: Activation = .linear
  ) -> BranchBuilder {
    term(
      model.add(
        layer(size, kind, stride, dilation, padding, filters ?? channels, usesBias, activation),
        inputs: [source]))
  }

  private func layer(
    _ size: Int, _ kind: Convolution.Kind, _ stride: Int, _ dilation: Int, _ padding: Padding, _ filters: Int,
    _ usesBias: Bool, _ activation: Activation
  ) -> Layer {
    let rank = shape.count - 1
    func all(_ number: Int) -> [Int] { [Int](repeating: number, count: rank) }
    var convolution = Convolution(
      kind: kind, kernelSize: all(size), strides: all(stride), dilation: all(dilation), padding: padding,
      dataFormat: .channelsLast, filters: filters, usesBias: usesBias, activation: activation)
    var weights: [(Role, Shape)]
    switch kind {
    case .depthwise(let multiplier):
      convolution.filters = nil
      weights = [(.depthwiseKernel, all(size) + [channels, multiplier])]
    case .regular(let groups): weights = [(.kernel, all(size) + [channels / groups, filters])]
    default: preconditionFailure("a convolution that is no branch")
    }
    if usesBias { weights.append((.bias, [filters])) }
    return model.layer(.convolution(convolution), name("conv"), weights)
  }

  /// A batch normalization of the source as the next term.
  @discardableResult
  func bn(axis: Int = -1) -> BranchBuilder {
    let size = axis < 0 ? channels : shape[axis - 1]
    return term(
      model.add(model.batchNormalization(name("bn"), channels: size, axis: axis), inputs: [source]))
  }

  /// A batch normalization of the last term in its place.
  @discardableResult
  func normalized() -> BranchBuilder {
    term(model.add(model.batchNormalization(name("bn"), channels: channels), inputs: [terms.removeLast()]))
  }

  /// An operation on the last term in its place.
  @discardableResult
  func then(_ operation: Operation) -> BranchBuilder {
    term(model.add(operation, name("op"), terms.removeLast()))
  }

  /// Makes one term of the last ones.
  @discardableResult
  func merge(_ operation: Operation = .merge(.add), last number: Int? = nil) -> BranchBuilder {
    let merged = Array(terms.suffix(number ?? terms.count))
    terms.removeLast(merged.count)
    return term(
      model.add(Layer(name: name("sum"), className: "Add", operation: operation), inputs: merged))
  }

  /// The last term as an output of the model, beside that of `end`.
  @discardableResult
  func alsoOutput() -> BranchBuilder {
    model.graph.outputs.append(terms[terms.count - 1])
    return self
  }

  /// Closes the model after an activation.
  func end() {
    let last = terms[terms.count - 1]
    model.graph.outputs.insert(model.add(.activation(.tanh), "end", last), at: 0)
  }
}
