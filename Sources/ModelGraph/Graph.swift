import Bytes
import Elements

/// A network: layers, and the calls that wire them.
///
/// A layer that is called twice (shared weights) is one layer with two calls. A model inside the model is a
/// layer with a `body`.
public struct Graph: Sendable {
  public var name: ByteString
  /// All layers, in the order in which the architecture lists them.
  public var layers: [Layer]
  /// All calls, ordered so that a call comes after those it reads.
  public var calls: [Call]
  /// The tensors that the caller gives, in order.
  public var inputs: [TensorReference]
  /// The tensors that the caller gets, in order.
  public var outputs: [TensorReference]
  /// Names of the outputs, where the architecture has a dictionary of them.
  public var outputNames: [ByteString]
  /// The types that the architecture states for the outputs; nil for one of which it says nothing.
  public var outputTypes: [ElementType?]
  /// Shapes that the file records, for tensors whose shape cannot be derived.
  public var recordedShapes: [TensorReference: PartialShape]
  /// Whether the model is a list of layers rather than a graph of calls.
  public var isSequential: Bool
  /// Why nothing in this graph may be run or rewritten, such as a class with code of its own.
  public var obstacle: String?
  /// Why nothing in this graph may be rewritten, though it may be run.
  public var rewritingObstacle: String?
  /// Whether a condition of the graph around it decides if it runs.
  public var isConditional = false
  /// Whether it is a graph of operators, as ONNX's, rather than of layers.
  ///
  /// In one of operators each tensor has an element type of its own: integers and truth values are exact. The caller knows inputs
  /// by their names, and they need not have as many samples. In one of layers all tensors are floating-point numbers.
  public var isOperatorGraph = false
  /// The shapes that the file states for the outputs; nil for one of which it says nothing.
  public var outputShapes: [PartialShape?] = []
  /// In an edited graph, the inputs that sums do not have any more, by the `origin` of the layer: places among those that it had.
  public var droppedTerms: [Int: Set<Int>] = [:]

  public init(name: ByteString, isSequential: Bool) {
    self.name = name
    self.isSequential = isSequential
    layers = []
    calls = []
    inputs = []
    outputs = []
    outputNames = []
    outputTypes = []
    recordedShapes = [:]
  }
}

/// One use of a layer.
public struct Call: Sendable, Hashable {
  /// The index of the layer in the graph.
  public var layer: Int
  /// Which call of this layer it is, from 0.
  public var number: Int
  /// The tensors that it computes with, in order.
  public var inputs: [TensorReference]
  /// Tensors that it reads besides, such as masks.
  public var controls: [TensorReference]
  /// The argument `training`, where the architecture fixes it.
  public var training: Bool?
  /// Whether there are arguments that bnfold does not interpret.
  public var hasUnknownArguments: Bool
  /// The arguments that bnfold does not interpret, as text without the names of tensors; nil if there are none.
  public var unknownArguments: ByteString?

  public init(
    layer: Int, number: Int, inputs: [TensorReference], controls: [TensorReference] = [],
    training: Bool? = nil, hasUnknownArguments: Bool = false
  ) {
    self.layer = layer
    self.number = number
    self.inputs = inputs
    self.controls = controls
    self.training = training
    self.hasUnknownArguments = hasUnknownArguments
  }
}

/// An output of a call.
public struct TensorReference: Hashable, Sendable {
  /// The index of the call in the graph.
  public var call: Int
  /// Which of the call's outputs; 0 for all layers but models inside the model.
  public var output: Int

  public init(call: Int, output: Int = 0) {
    self.call = call
    self.output = output
  }
}

extension Graph {
  /// Indices of the calls of a layer.
  public func calls(of layer: Int) -> [Int] { calls.indices.filter { calls[$0].layer == layer } }

  /// How often each layer is called.
  public var callCounts: [Int] {
    var counts = [Int](repeating: 0, count: layers.count)
    for call in calls { counts[call.layer] += 1 }
    return counts
  }

  /// The same graph with its calls in another order.
  ///
  /// - Parameter order: the index of each call, in the new order; a call still comes after those it reads.
  public func withCalls(inOrder order: [Int]) -> Graph {
    precondition(order.count == calls.count)
    var place = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = new }
    func moved(_ reference: TensorReference) -> TensorReference {
      TensorReference(call: place[reference.call], output: reference.output)
    }
    var graph = self
    graph.calls = order.map { old in
      var call = calls[old]
      call.inputs = call.inputs.map(moved)
      call.controls = call.controls.map(moved)
      return call
    }
    graph.inputs = inputs.map(moved)
    graph.outputs = outputs.map(moved)
    graph.recordedShapes = [:]
    for (reference, shape) in recordedShapes { graph.recordedShapes[moved(reference)] = shape }
    return graph
  }

  /// The number of elements of all weights, inner layers included.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }

  /// For each call, the calls that read any of its outputs, one entry a reading.
  public func readers() -> [[Int]] {
    var readers = [[Int]](repeating: [], count: calls.count)
    for (index, call) in calls.enumerated() {
      for reference in call.inputs + call.controls { readers[reference.call].append(index) }
    }
    return readers
  }
}

/// Where a layer stands: indices of layers from the outermost graph inwards.
///
/// A step goes into the model that the layer is, or that it wraps.
public struct LayerAddress: Hashable, Sendable, Comparable, Codable {
  public var indices: [Int]

  public init(_ indices: [Int]) { self.indices = indices }

  public static func < (left: LayerAddress, right: LayerAddress) -> Bool {
    left.indices.lexicographicallyPrecedes(right.indices)
  }
}

extension Graph {
  /// The layer at an address.
  ///
  /// - Precondition: the address belongs to this graph.
  public subscript(address: LayerAddress) -> Layer {
    get {
      let layer = layers[address.indices[0]]
      guard address.indices.count > 1 else { return layer }
      guard let body = layer.core.body else { preconditionFailure("the address leads into a layer") }
      return body[LayerAddress(Array(address.indices.dropFirst()))]
    }
    set {
      guard address.indices.count > 1 else {
        layers[address.indices[0]] = newValue
        return
      }
      layers[address.indices[0]].core.body?[LayerAddress(Array(address.indices.dropFirst()))] = newValue
    }
  }

  /// The layer at an address that may be of another graph; nil if it leads nowhere.
  public func layer(at address: LayerAddress) -> Layer? {
    guard let index = address.indices.first, layers.indices.contains(index) else { return nil }
    guard address.indices.count > 1 else { return layers[index] }
    return layers[index].core.body?.layer(at: LayerAddress(Array(address.indices.dropFirst())))
  }

  /// The name of a layer with the names of the models around it, as `backbone/conv1`.
  public func path(of address: LayerAddress) -> ByteString {
    let layer = layers[address.indices[0]]
    guard address.indices.count > 1, let body = layer.core.body else { return layer.name }
    return layer.name + "/" + body.path(of: LayerAddress(Array(address.indices.dropFirst())))
  }

  /// The number of all layers, those of inner models among them.
  public var layerCount: Int {
    var count = 0
    forEachGraph { graph, _ in count += graph.layers.filter { !$0.isImplicit }.count }
    return count
  }

  /// Visits every graph, outermost first, with the address of the layer that holds it.
  public func forEachGraph(_ visit: (Graph, [Int]) throws -> Void) rethrows {
    try forEachGraph(prefix: [], visit)
  }

  private func forEachGraph(prefix: [Int], _ visit: (Graph, [Int]) throws -> Void) rethrows {
    try visit(self, prefix)
    for (index, layer) in layers.enumerated() {
      try layer.core.body?.forEachGraph(prefix: prefix + [index], visit)
    }
  }
}
