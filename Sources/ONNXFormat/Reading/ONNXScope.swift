import Bytes
import ModelGraph

/// The nodes of a graph whose names are known in it, and the layers that they are.
struct ONNXScope: Sendable {
  /// What the nodes belong to in the file.
  enum Content: Sendable {
    case graph(ONNXGraph)
    case function(ONNXFunction)
  }

  let content: Content
  /// What the call of a function gives, by the names of the parameters.
  private(set) var given: [ByteString: ByteString] = [:]
  /// The address of the layer that holds the graph; empty for the outermost one.
  private(set) var address: [Int] = []
  /// The layer of each node, by the node's number.
  let nodeLayers: [Int]
  /// Tensors that no input changes, by their names.
  let constants: [ByteString: ConstantTable.Constant]
  /// The version of ONNX's own operators; nil where none is imported.
  let operatorVersion: Int64?

  /// - Parameters:
  ///   - reader: has read the nodes.
  ///   - content: what it has read.
  init(_ reader: GraphReader, _ content: Content) {
    self.content = content
    nodeLayers = reader.nodeLayers
    constants = reader.tensors.compactMapValues(\.constant)
    operatorVersion = reader.versions[""]
  }

  var nodes: [ONNXNode] {
    switch content {
    case .graph(let graph): graph.nodes
    case .function(let function): function.nodes
    }
  }

  /// The number of the field that a node is.
  ///
  /// Source: onnx/onnx.proto, `GraphProto` and `FunctionProto`.
  var nodeFieldNumber: Int {
    switch content {
    case .graph: 1
    case .function: 7
    }
  }

  /// The graphs around it whose tensors it may read, the innermost one first.
  ///
  /// - Parameter scopes: all of the model, by their addresses.
  func around(in scopes: [[Int]: ONNXScope]) -> [ONNXScope] {
    var (around, last): ([ONNXScope], ONNXScope) = ([], self)
    while case .graph = last.content, !last.address.isEmpty,
      let outer = scopes[Array(last.address.dropLast())]
    {
      around.append(outer)
      last = outer
    }
    return around
  }

  /// The same one with what the call gives.
  func given(_ names: [ByteString: ByteString]) -> ONNXScope {
    var scope = self
    scope.given = names
    return scope
  }

  /// The same one in a graph that a layer holds.
  func inside(layer: Int) -> ONNXScope {
    var scope = self
    scope.address.insert(layer, at: 0)
    return scope
  }
}
