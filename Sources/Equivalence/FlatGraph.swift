import Bytes
import Elements
import ModelGraph

/// The calls and tensors of a model and of the models inside it, without the borders between them.
///
/// What does nothing at inference is left out, and a layer that does two things one after the other, such as a convolution with an
/// activation, is two nodes. So two models that write the same computation in different ways come near to each other.
struct FlatGraph {
  /// Which part of a layer.
  enum Part: Hashable {
    case whole
    /// Everything but the layer's own activation, or that alone.
    case weights, activation
    /// The two kernels of a separable convolution.
    case depthwise, pointwise
    /// The zeros that a convolution puts beside what it reads.
    case padding
    /// Another shape for what a product gives, which its input has had before.
    case shape
  }

  /// A node that reads a tensor, and as which of its inputs.
  struct Reader {
    let node: Int
    let input: Int
  }

  struct Tensor {
    let shape: PartialShape?
    /// The node that gives it; nil for an input of the model.
    let producer: Int?
    /// The precision policy of that, or the element type of an input; in a graph of operators always the element type.
    let precision: ByteString
    /// In a graph of operators the element type; nil where it is not known.
    var elementType: ElementType?
    var readers: [Reader] = []
  }

  var nodes: [Node] = []
  private(set) var tensors: [Tensor] = []
  private(set) var inputs: [Int] = []
  private(set) var outputs: [Int] = []
  private var numbers: [LayerAddress: Int] = [:]

  /// Calls beyond which a model is not followed: shared models that call shared models multiply.
  private static let largestCount = 1 << 18

  /// - Throws: `ProofObstacle` for a model with too many calls.
  init(_ graph: Graph) throws(ProofObstacle) {
    outputs = try add(graph, prefix: [], path: "", shapes: ShapeInference(of: graph), given: nil)
    for node in nodes.indices {
      for (input, tensor) in nodes[node].inputs.enumerated() {
        tensors[tensor].readers.append(Reader(node: node, input: input))
      }
    }
  }

  /// Whether a layer makes masks, which go through the model beside the tensors.
  var hasMasks: Bool {
    nodes.contains { $0.layer.isOpaque && ["Masking", "Embedding"].contains($0.layer.className) }
  }

  /// The nodes that an output depends on, in the order of the data.
  func neededNodes() -> [Int] {
    var isNeeded = [Bool](repeating: false, count: tensors.count)
    for output in outputs { isNeeded[output] = true }
    var needed: [Int] = []
    for (index, node) in nodes.enumerated().reversed() where node.outputs.contains(where: { isNeeded[$0] }) {
      needed.append(index)
      for tensor in node.inputs + node.controls { isNeeded[tensor] = true }
    }
    return needed.reversed()
  }

  /// Elements of the weights of layers that an output depends on, without those of types that bnfold only carries.
  func neededWeightCount() -> Int {
    var counts: [Int: Int] = [:]
    for index in neededNodes() {
      counts[nodes[index].layerNumber] = nodes[index].layer.interpretedWeightCount
    }
    return counts.values.reduce(0, +)
  }

  /// Elements of floating-point weights of all other layers, but of constants, which are there for those that compute with them.
  func unneededWeightCount() -> Int {
    let needed = Set(neededNodes().map { nodes[$0].layerNumber })
    var counts: [Int: Int] = [:]
    for node in nodes where !needed.contains(node.layerNumber) && !node.operation.isConstant {
      // Integers are those of shapes, which are known without them.
      counts[node.layerNumber] = (node.layer.variables ?? []).filter(\.elementType.isFloatingPoint)
        .reduce(0) { $0 + $1.shape.elementCount }
    }
    return counts.values.reduce(0, +)
  }

  /// The precision policy of what gives a tensor, or the element type of an input of the model.
  func precision(of tensor: Int) -> ByteString { tensors[tensor].precision }
}

// MARK: - Flattening

extension FlatGraph {
  mutating func addTensor(
    _ shape: PartialShape?, _ precision: ByteString, elementType: ElementType? = nil
  ) -> Int {
    tensors.append(
      Tensor(shape: shape, producer: nodes.count, precision: precision, elementType: elementType))
    return tensors.count - 1
  }

  /// The number of a layer, by the order in which they were met.
  mutating func number(of address: LayerAddress) -> Int {
    let number = numbers[address] ?? numbers.count
    numbers[address] = number
    return number
  }

  /// - Parameter given: the tensors that come in from outside; nil for the outermost graph.
  /// - Returns: the tensors that go out.
  private mutating func add(
    _ graph: Graph, prefix: [Int], path: ByteString, shapes: ShapeInference, given: [Int]?
  ) throws(ProofObstacle) -> [Int] {
    var places: [TensorReference: Int] = [:]
    for (number, reference) in graph.inputs.enumerated() {
      if let given {
        places[reference] = given[number]
      } else {
        let type = graph.inputType(of: reference)
        tensors.append(
          Tensor(
            shape: shapes.shapes[reference], producer: nil, precision: type,
            elementType: graph.isOperatorGraph ? ElementType(named: "\(type)") : nil))
        places[reference] = tensors.count - 1
        inputs.append(tensors.count - 1)
      }
    }
    var outputCounts = [Int](repeating: 1, count: graph.calls.count)
    for reference in graph.calls.flatMap({ $0.inputs + $0.controls }) + graph.outputs {
      outputCounts[reference.call] = max(outputCounts[reference.call], reference.output + 1)
    }
    for (index, call) in graph.calls.enumerated() where places[TensorReference(call: index)] == nil {
      guard nodes.count < Self.largestCount else { throw .tooManyCalls }
      let layer = graph.layers[call.layer]
      let here = CallPlace(
        address: LayerAddress(prefix + [call.layer]), path: path + layer.name, call: call,
        inputs: call.inputs.compactMap { places[$0] }, controls: call.controls.compactMap { places[$0] })
      var results: [Int]
      if let body = layer.body, layer.wrapped.isEmpty, body.isTransparent(to: call), takes(body, here.inputs)
      {
        let inner = ShapeInference(
          of: body, inputs: body.inputShapes(given: here.inputs.map { tensors[$0].shape }))
        results = try add(
          body, prefix: here.address.indices, path: here.path + "/", shapes: inner, given: here.inputs)
      } else if !graph.isOperatorGraph, isSilent(layer, here) {
        results = here.inputs
      } else {
        let known = (0..<outputCounts[index]).map { output in
          let place = TensorReference(call: index, output: output)
          return shapes.shapes[place] ?? graph.recordedShapes[place]
        }
        results =
          graph.isOperatorGraph
          ? appendOperator(layer, here, shapes: known) : append(layer, here, shapes: known)
      }
      for (output, tensor) in results.enumerated() {
        places[TensorReference(call: index, output: output)] = tensor
      }
    }
    return graph.outputs.compactMap { places[$0] }
  }

  /// Where a call stands.
  struct CallPlace {
    let address: LayerAddress
    let path: ByteString
    let call: Call
    var inputs: [Int]
    let controls: [Int]
  }

  /// Whether a model inside the model takes tensors as they are, without changing their element type.
  private func takes(_ body: Graph, _ inputs: [Int]) -> Bool {
    zip(body.inputs, inputs).allSatisfy { reference, tensor in
      let type = body.inputType(of: reference)
      return type == "float32" || type == Operation.anyElementType || type == precision(of: tensor)
    }
  }

  /// Whether a layer does nothing at inference, and does not change the precision either.
  private func isSilent(_ layer: Layer, _ place: CallPlace) -> Bool {
    guard layer.core.operation.isIdentity, place.call.training != true, !place.call.hasUnknownArguments,
      place.inputs.count == 1
    else { return false }
    return layer.core.precision == precision(of: place.inputs[0]) && layer.precision == layer.core.precision
  }

  /// Appends the parts of a call one after the other.
  private mutating func append(_ layer: Layer, _ place: CallPlace, shapes: [PartialShape?]) -> [Int] {
    var core = layer.core
    if core.precision != layer.precision { core.precision = layer.precision + "/" + core.precision }
    let number = number(of: place.address)
    var parts: [(Part, Operation)] = [(.whole, core.operation.canonical)]
    if core.configuration == nil, let activation = core.operation.ownActivation, activation != .linear {
      parts = [(.weights, core.operation.with(activation: .linear)), (.activation, .activation(activation))]
    }
    if case .convolution(let convolution) = parts[0].1, let two = convolution.separated {
      parts.replaceSubrange(0..<1, with: [(.depthwise, two.depthwise), (.pointwise, two.pointwise)])
    }
    var inputs = place.inputs
    var outputs: [Int] = []
    for (index, (part, operation)) in parts.enumerated() {
      // What is between two parts has the shape that the first of them gives, which only the activation asks for.
      let isLast = index == parts.count - 1
      let inner = operation.outputShape(inputs: inputs.map { tensors[$0].shape })
      let between = index + 1 < parts.count && parts[index + 1].0 == .activation ? shapes[0] : inner
      outputs = (isLast ? shapes : [between]).map { addTensor($0, core.precision) }
      nodes.append(
        Node(
          path: place.path, layerNumber: number, layer: core, part: part, operation: operation,
          isTimeDistributed: !layer.wrapped.isEmpty, call: place.call, inputs: inputs,
          controls: place.controls, outputs: outputs))
      inputs = outputs
    }
    return outputs
  }
}

extension Graph {
  /// The element type of an input.
  fileprivate func inputType(of reference: TensorReference) -> ByteString {
    if case .input(_, let type) = layers[calls[reference.call].layer].operation { type } else { "float32" }
  }

  /// The shapes of the inputs: what comes in, and where that is not known what the inputs say.
  fileprivate func inputShapes(given: [PartialShape?]) -> [PartialShape?] {
    zip(inputs, given).map { reference, shape in
      guard case .input(let declared?, _) = layers[calls[reference.call].layer].operation else {
        return shape
      }
      guard let shape, shape.count == declared.count else { return shape ?? declared }
      return zip(shape, declared).map { $0 ?? $1 }
    }
  }

  /// Whether a call of this model is the calls of its layers and nothing else.
  fileprivate func isTransparent(to call: Call) -> Bool {
    obstacle == nil && call.training != true && !call.hasUnknownArguments && inputs.count == call.inputs.count
  }
}

extension Operation {
  /// Whether nothing happens at inference.
  fileprivate var isIdentity: Bool {
    switch self {
    case .identity, .activation(.linear): true
    default: false
    }
  }
}

extension Convolution {
  /// The two convolutions that a separable one is; nil for any other.
  fileprivate var separated: (depthwise: Operation, pointwise: Operation)? {
    guard case .separable(let multiplier) = kind else { return nil }
    let ones = [Int](repeating: 1, count: kernelSize.count)
    var depthwise = self
    depthwise.kind = .depthwise(multiplier: multiplier)
    depthwise.filters = nil
    depthwise.usesBias = false
    let pointwise = Convolution(
      kind: .regular(groups: 1), kernelSize: ones, strides: ones, dilation: ones,
      padding: .none(rank: ones.count),
      dataFormat: dataFormat, filters: filters, usesBias: usesBias, activation: .linear)
    return (.convolution(depthwise), .convolution(pointwise))
  }
}
