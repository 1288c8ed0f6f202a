import ModelGraph

/// How far layers and calls are from the outputs, by which Keras orders both.
///
/// Source: keras/src/ops/function.py `map_graph` and `_build_map`; tf_keras/src/engine/functional.py.
struct KerasDepths {
  /// The depth of each layer that an output depends on: that of its deepest call.
  var ofLayer: [Int: Int] = [:]
  /// When each layer was first reached on the way from the outputs.
  var visitIndex: [Int: Int]
  /// The calls that an output depends on, in the order in which they are run.
  let callOrder: [Int]

  init(of graph: Graph) {
    var traversal = Traversal(graph)
    for output in graph.outputs { traversal.visit(output.call) }
    visitIndex = traversal.visitIndex
    var ofCall: [Int: Int] = [:]
    // Calls of one depth are run in the order in which they got any.
    var noted: [Int] = []
    func note(_ depth: Int, of call: Int) {
      if ofCall.updateValue(depth, forKey: call) == nil { noted.append(call) }
    }
    for call in traversal.finished.reversed() {
      let layer = graph.calls[call].layer
      let depth = max(ofCall[call] ?? 0, ofLayer[layer] ?? 0)
      ofLayer[layer] = depth
      note(depth, of: call)
      for parent in Traversal.parents(of: graph.calls[call]) {
        note(max(depth + 1, ofCall[parent] ?? 0), of: parent)
      }
    }
    let place = Dictionary(uniqueKeysWithValues: noted.enumerated().map { ($1, $0) })
    callOrder = noted.sorted { left, right in
      let (leftDepth, rightDepth) = (ofCall[left] ?? 0, ofCall[right] ?? 0)
      return leftDepth == rightDepth ? (place[left] ?? 0) < (place[right] ?? 0) : leftDepth > rightDepth
    }
  }
}

/// A depth-first walk from the outputs against the edges.
private struct Traversal {
  let graph: Graph
  /// Calls in the order in which the walk leaves them.
  var finished: [Int] = []
  /// When each layer was first reached.
  var visitIndex: [Int: Int] = [:]
  private var entered: Set<Int> = []

  init(_ graph: Graph) { self.graph = graph }

  static func parents(of call: Call) -> [Int] { (call.inputs + call.controls).map(\.call) }

  /// Iterative, since a graph may be deeper than the stack.
  mutating func visit(_ start: Int) {
    guard enter(start) else { return }
    var stack = [(call: start, next: 0)]
    while let (call, next) = stack.last {
      let parents = Self.parents(of: graph.calls[call])
      if next < parents.count {
        stack[stack.count - 1].next += 1
        if enter(parents[next]) { stack.append((parents[next], 0)) }
      } else {
        finished.append(call)
        stack.removeLast()
      }
    }
  }

  private mutating func enter(_ call: Int) -> Bool {
    guard entered.insert(call).inserted else { return false }
    let layer = graph.calls[call].layer
    if visitIndex[layer] == nil { visitIndex[layer] = visitIndex.count }
    return true
  }
}
