import Bytes
import Elements
import ModelGraph

/// Operators on tensors that each have an element type of their own.
extension FlatGraph {
  /// Appends an operator in the form that its spellings have in common; nothing where it does nothing.
  mutating func appendOperator(_ layer: Layer, _ place: CallPlace, shapes: [PartialShape?]) -> [Int] {
    let known = place.inputs.map { tensors[$0] }
    var types = layer.operation.outputTypes(
      inputs: known.map(\.elementType), variables: layer.variables ?? [])
    types += [ElementType?](repeating: nil, count: max(0, shapes.count - types.count))
    var call = CanonicalOperator(
      layer, inputs: known.map(\.shape), elementType: known.first?.elementType, output: shapes[0],
      outputType: types[0])
    var inputs = call.inputs.map { place.inputs[$0] }
    join(&call, &inputs, output: shapes[0])
    if call.operation == .identity, shapes.count == 1 { return [inputs[0]] }
    var core = layer
    (core.operation, core.variables) = (call.operation, call.variables)
    let number = number(of: place.address)
    func node(_ part: Part, _ operation: Operation, _ inputs: [Int], _ outputs: [Int]) -> Node {
      Node(
        path: place.path, layerNumber: number, layer: core, part: part, operation: operation,
        isTimeDistributed: false, call: place.call, inputs: inputs,
        controls: part == .padding ? [] : place.controls, outputs: outputs)
    }
    core.precision = name(of: types[0])
    if let padding = call.padding, case .convolution(let convolution) = call.operation {
      inputs[0] = padded(inputs[0], padding, convolution.dataFormat) { node(.padding, $0, $1, $2) }
    } else if let inner = unshaped(inputs, call.operation, output: shapes[0]) {
      let result = addTensor(inner.output, core.precision, elementType: types[0])
      nodes.append(node(.whole, call.operation, [inner.input], [result]))
      let output = addTensor(shapes[0], core.precision, elementType: types[0])
      nodes.append(node(.shape, inner.reshape, [result], [output]))
      return [output]
    }
    let outputs = zip(shapes, types).map { addTensor($0, name(of: $1), elementType: $1) }
    nodes.append(node(.whole, call.operation, inputs, outputs))
    return outputs
  }

  /// The tensor with zeros beside it, of which there is one for a tensor and so many zeros.
  private mutating func padded(
    _ input: Int, _ padding: [EdgeAmounts], _ format: DataFormat, node: (Operation, [Int], [Int]) -> Node
  ) -> Int {
    var (source, amounts) = (input, padding)
    if let (before, inner) = zeros(beside: input, format) {
      source = inner
      amounts = zip(before, padding).map {
        EdgeAmounts(before: $0.before + $1.before, after: $0.after + $1.after)
      }
    }
    let operation = Operation.zeroPadding(amounts: amounts, dataFormat: format)
    let output = addTensor(
      operation.outputShape(inputs: [tensors[source].shape]), tensors[source].precision,
      elementType: tensors[source].elementType)
    nodes.append(node(operation, [source], [output]))
    return output
  }

  /// A product along the last axis does the same before its input gets another shape that keeps this axis, and after it.
  ///
  /// Not so after a batch normalization: where that is folded, its shape and that of the product are one.
  private func unshaped(
    _ inputs: [Int], _ operation: Operation, output: PartialShape?
  ) -> (input: Int, output: PartialShape, reshape: Operation)? {
    guard case .dense(let dense) = operation, inputs.count == 1, let output,
      let producer = tensors[inputs[0]].producer, case .reshape(let reshape) = nodes[producer].operation,
      !isNormalized(nodes[producer].inputs[0]),
      let source = tensors[nodes[producer].inputs[0]].shape, isSafe(reshape, source, inputs[0]),
      let last = source.last, last != nil, tensors[inputs[0]].shape?.last == last, !source.contains(0),
      let back = CanonicalOperator.reshape(to: output)
    else { return nil }
    return (nodes[producer].inputs[0], source.dropLast() + [dense.units], back)
  }

  private func isNormalized(_ tensor: Int) -> Bool {
    guard let producer = tensors[tensor].producer else { return false }
    if case .batchNormalization = nodes[producer].operation { return true }
    return false
  }

  /// What an operator is that pads, and what it pads; nil for a tensor that another one gives.
  private func zeros(beside tensor: Int, _ format: DataFormat) -> (amounts: [EdgeAmounts], input: Int)? {
    guard let producer = tensors[tensor].producer, nodes[producer].part == .whole,
      case .zeroPadding(let amounts, let own) = nodes[producer].operation, own == format
    else { return nil }
    return (amounts, nodes[producer].inputs[0])
  }

  /// Takes two operators that follow each other as the one that both are together.
  private func join(_ call: inout CanonicalOperator, _ inputs: inout [Int], output: PartialShape?) {
    if case .merge(.concatenate) = call.operation {
      inputs = inputs.flatMap { parts(of: $0, in: call.operation) }
      return
    }
    guard inputs.count == 1, let producer = tensors[inputs[0]].producer, nodes[producer].inputs.count == 1
    else { return }
    let before = nodes[producer]
    let source = tensors[before.inputs[0]].shape
    switch (before.operation, call.operation) {
    case (.reshape(let first), .reshape) where call.isWrittenOut && isSafe(first, source, inputs[0]):
      inputs = before.inputs
      if let source, let output, source.isSame(as: output) { call.operation = .identity }
    case (.transpose(let first), .transpose(let second)):
      guard let rank = source?.count, let inner = first.order(rank: rank),
        let outer = second.order(rank: rank)
      else { return }
      inputs = before.inputs
      let order = outer.map { inner[$0] }
      call.operation =
        order.elementsEqual(0..<rank) ? .identity : .transpose(Transposition(axes: order))
    case (.zeroPadding(let first, let format), .zeroPadding(let second, let other))
    where format == other && first.count == second.count:
      inputs = before.inputs
      let amounts = zip(first, second).map {
        EdgeAmounts(before: $0.before + $1.before, after: $0.after + $1.after)
      }
      call.operation = .zeroPadding(amounts: amounts, dataFormat: format)
    default: return
    }
  }

  /// What a tensor is joined of that is joined with others along the same axis; itself where it is not.
  private func parts(of tensor: Int, in operation: Operation) -> [Int] {
    guard let producer = tensors[tensor].producer, nodes[producer].operation == operation else {
      return [tensor]
    }
    return nodes[producer].inputs
  }

  /// Whether a reshape always works, so that nothing is lost where it is left out.
  private func isSafe(_ reshape: Reshape, _ source: PartialShape?, _ result: Int) -> Bool {
    guard case .sizes(let sizes) = reshape, let source, let shape = tensors[result].shape else {
      return false
    }
    let isWrittenOut = sizes.allSatisfy { if case .axis = $0 { false } else { true } }
    return isWrittenOut && source.hasSameCount(as: shape, keepsSizes: false)
  }

  private func name(of type: ElementType?) -> ByteString { type.map { ByteString("\($0)") } ?? "unknown" }
}
