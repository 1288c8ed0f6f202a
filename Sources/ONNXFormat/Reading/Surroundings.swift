import Bytes

/// What is around a graph that is read inside another one: the tensors that it may read by their names, and the function it is in.
final class Surroundings {
  /// Those of the graph around it; none for a function, which sees what it is given alone.
  private let tensors: [ByteString: KnownTensor]
  private let outer: Surroundings?
  /// Names of parameters that the call of the function has left out.
  private let absent: Set<ByteString>
  /// The attributes of the function; nil outside of functions.
  private let attributes: [ByteString: ONNXAttribute.Value]?
  /// How many graphs are around.
  let depth: Int

  /// Graphs inside graphs beyond which none is read.
  static let largestDepth = 32

  /// Of a branch.
  init(_ reader: GraphReader) {
    (tensors, outer) = (reader.tensors, reader.surroundings)
    (absent, attributes) = (outer?.absent ?? [], outer?.attributes)
    depth = (outer?.depth ?? 0) + 1
  }

  /// Of a function that is called.
  init(
    callingIn caller: Surroundings?, without absent: Set<ByteString>,
    attributes: [ByteString: ONNXAttribute.Value]
  ) {
    (tensors, outer) = ([:], nil)
    (self.absent, self.attributes) = (absent, attributes)
    depth = (caller?.depth ?? 0) + 1
  }

  func tensor(_ name: ByteString) -> KnownTensor? {
    var next: Surroundings? = self
    while let here = next {
      if let known = here.tensors[name] { return known }
      next = here.outer
    }
    return nil
  }

  /// A node as the function that it is in has been called.
  func called(_ node: ONNXNode) -> ONNXNode {
    attributes.map { node.called(without: absent, attributes: $0) } ?? node
  }
}

/// How many nodes may be read in graphs inside graphs, so that functions that call each other do not multiply.
struct InnerGraphBudget {
  private var nodes: Int

  init(for model: ONNXModel) {
    nodes = 1 << 14 + 4 * model.graph.nodeCount + model.functions.reduce(0) { $0 + $1.nodes.count }
  }

  func has(_ count: Int) -> Bool { count <= nodes }

  /// Takes the nodes of a graph; nothing where there are not as many left.
  mutating func take(_ count: Int) -> Bool {
    guard has(count) else { return false }
    nodes -= count
    return true
  }
}

extension ONNXGraph {
  /// The number of nodes, those in inner graphs included.
  fileprivate var nodeCount: Int {
    nodes.reduce(nodes.count) { sum, node in node.innerGraphs.reduce(sum) { $0 + $1.nodeCount } }
  }
}
