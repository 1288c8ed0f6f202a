import Bytes
import Elements
import ModelGraph

/// The tensors of a model and of the models inside it, without the borders between them.
///
/// A model inside the model that is called once is looked through. One that is called several times, or by a wrapper, is
/// a graph of its own: what comes in and goes out is different from call to call.
struct TensorGraph {
  /// A result of a call, and everything that reads its values.
  struct Tensor {
    /// The name of the layer that gives it in the model as it was read.
    var name: ByteString
    var shape: PartialShape?
    /// The node that gives it.
    var producer: Int
    var readers: [Reader] = []
    /// Why its values may not change.
    var obstacle: Refusal?
  }

  /// A node that reads a tensor, and as which of its inputs.
  struct Reader: Hashable {
    var node: Int
    var input: Int
  }

  /// A call of a layer.
  struct Node {
    let address: LayerAddress
    /// The name with the models around it.
    let path: ByteString
    let call: Call
    var inputs: [Int]
    var outputs: [Int]
  }

  private(set) var tensors: [Tensor] = []
  private(set) var nodes: [Node] = []
  /// The nodes of each layer, in order.
  private(set) var nodesOfLayer: [LayerAddress: [Int]] = [:]

  init(_ graph: Graph, shapes: ShapeInference) {
    let outputs = add(graph, prefix: [], path: "", shapes: shapes, given: nil)
    for (tensor, reference) in zip(outputs, graph.outputs) {
      let name = graph.layers[graph.calls[reference.call].layer].name
      block(tensor, Refusal(.modelOutput, "the output of \(name) is also an output of the model"))
    }
    if let obstacle = graph.obstacle { blockAll(from: 0, Refusal(.opaqueLayer, obstacle)) }
  }

  private mutating func blockAll(from first: Int, _ refusal: Refusal) {
    for tensor in first..<tensors.count { block(tensor, refusal) }
  }

  private mutating func block(_ tensor: Int, _ refusal: Refusal) {
    tensors[tensor].obstacle = tensors[tensor].obstacle ?? refusal
  }

  private mutating func addTensor(_ name: ByteString, _ shape: PartialShape?, node: Int) -> Int {
    tensors.append(Tensor(name: name, shape: shape, producer: node))
    return tensors.count - 1
  }

  /// - Parameter given: the tensors that come in from outside; nil where they are not known.
  /// - Returns: the tensors that go out.
  private mutating func add(
    _ graph: Graph, prefix: [Int], path: ByteString, shapes: ShapeInference, given: [Int]?
  ) -> [Int] {
    var places: [TensorReference: Int] = [:]
    let callCounts = graph.callCounts
    var outputCounts = [Int](repeating: 1, count: graph.calls.count)
    for reference in graph.calls.flatMap({ $0.inputs + $0.controls }) + graph.outputs {
      outputCounts[reference.call] = max(outputCounts[reference.call], reference.output + 1)
    }
    let givenByReference = Dictionary(
      zip(graph.inputs, given ?? []), uniquingKeysWith: { first, _ in first })
    for (index, call) in graph.calls.enumerated() {
      let layer = graph.layers[call.layer]
      let address = LayerAddress(prefix + [call.layer])
      let inputs = call.inputs.compactMap { places[$0] }
      for control in call.controls.compactMap({ places[$0] }) {
        block(control, Refusal(.opaqueLayer, "\(layer.name) reads it as a mask"))
      }
      let reference = TensorReference(call: index)
      if let tensor = givenByReference[reference] {
        places[reference] = tensor
      } else if let body = layer.body, callCounts[call.layer] == 1, isTransparent(body, call) {
        let inner = shapes.inner[call.layer] ?? ShapeInference(of: body)
        let outputs = add(
          body, prefix: address.indices, path: path + layer.name + "/", shapes: inner, given: inputs)
        for (output, tensor) in outputs.enumerated() {
          places[TensorReference(call: index, output: output)] = tensor
        }
      } else {
        if let body = layer.core.body, call.number == 0 {
          let first = tensors.count
          addAlone(body, of: layer, address: address, path: path, shapes: shapes)
          if let obstacle = graph.argumentObstacle(ofModel: call.layer) { blockAll(from: first, obstacle) }
        }
        let node = nodes.count
        var tensors: [Int] = []
        for output in 0..<outputCounts[index] {
          let place = TensorReference(call: index, output: output)
          tensors.append(
            addTensor(layer.name, shapes.shapes[place] ?? graph.recordedShapes[place], node: node))
          places[place] = tensors[output]
        }
        append(
          Node(address: address, path: path + layer.name, call: call, inputs: inputs, outputs: tensors),
          readsValues: !layer.operation.readsOnlySizes)
      }
    }
    return graph.outputs.compactMap { places[$0] }
  }

  private mutating func append(_ node: Node, readsValues: Bool) {
    let index = nodes.count
    nodes.append(node)
    nodesOfLayer[node.address, default: []].append(index)
    guard readsValues else { return }
    for (input, tensor) in node.inputs.enumerated() {
      tensors[tensor].readers.append(Reader(node: index, input: input))
    }
  }

  private func isTransparent(_ body: Graph, _ call: Call) -> Bool {
    // What goes into a graph of operators, or out of it, is known there by its name.
    body.obstacle == nil && !body.isOperatorGraph && call.training != true && !call.hasUnknownArguments
      && body.inputs.count == call.inputs.count
  }

  /// Adds a model inside the model as a graph of its own.
  private mutating func addAlone(
    _ body: Graph, of layer: Layer, address: LayerAddress, path: ByteString, shapes: ShapeInference
  ) {
    let inner = shapes.inner[address.indices.last ?? 0] ?? ShapeInference(of: body)
    let first = tensors.count
    let outputs = add(
      body, prefix: address.indices, path: path + layer.name + "/", shapes: inner, given: nil)
    if let refusal = body.rewritingRefusal { blockAll(from: first, refusal) }
    let why =
      "it goes out of the model \(layer.name), which is called in a way that bnfold does not look through"
    for tensor in outputs { block(tensor, Refusal(.modelOutput, why)) }
  }

  /// Makes one node of several that read each other and nothing else; it has the address of the last one.
  mutating func join(_ layers: [LayerAddress]) {
    let joined = layers.compactMap { nodesOfLayer[$0]?.first }
    guard let first = joined.first, let last = joined.last, joined.count > 1 else { return }
    let input = nodes[first].inputs[0]
    for index in tensors[input].readers.indices where tensors[input].readers[index].node == first {
      tensors[input].readers[index].node = last
    }
    for node in joined.dropLast() { tensors[nodes[node].outputs[0]].readers = [] }
    nodes[last].inputs = [input]
    for layer in layers.dropLast() { nodesOfLayer[layer] = nil }
  }

  /// Takes out a layer whose result nothing needs any more.
  mutating func removeBranch(_ address: LayerAddress) {
    for node in nodesOfLayer[address] ?? [] {
      for input in nodes[node].inputs { tensors[input].readers.removeAll { $0.node == node } }
    }
    nodesOfLayer[address] = nil
  }

  /// Takes one of its inputs from a node.
  mutating func dropInput(_ place: Reader) {
    let tensor = nodes[place.node].inputs.remove(at: place.input)
    tensors[tensor].readers.removeAll { $0 == place }
    for input in Set(nodes[place.node].inputs) {
      for reader in tensors[input].readers.indices
      where tensors[input].readers[reader].node == place.node
        && tensors[input].readers[reader].input > place.input
      {
        tensors[input].readers[reader].input -= 1
      }
    }
  }

  /// Takes a layer out: what read its results reads what it read.
  mutating func remove(_ address: LayerAddress) {
    for node in nodesOfLayer[address] ?? [] {
      let (before, after) = (nodes[node].inputs[0], nodes[node].outputs[0])
      tensors[before].readers.removeAll { $0.node == node }
      tensors[before].name = tensors[after].name
      for reader in tensors[after].readers {
        nodes[reader.node].inputs[reader.input] = before
        tensors[before].readers.append(reader)
      }
      tensors[after].readers = []
      if let obstacle = tensors[after].obstacle { block(before, obstacle) }
    }
    nodesOfLayer[address] = nil
  }
}
