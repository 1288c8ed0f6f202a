import Bytes

/// The functions of a model, by what a node calls them.
///
/// A model may have as many of them as nodes, each of which would be looked for among all.
struct ONNXFunctionTable {
  /// What tells a function from all others.
  struct Key: Hashable {
    let domain, name, overload: ByteString

    init(_ function: ONNXFunction) {
      (domain, name, overload) = (function.domain, function.name, function.overload)
    }

    fileprivate init(_ node: ONNXNode) {
      (domain, name, overload) = (node.domain, node.operatorType, node.overload)
    }
  }

  private let functions: [Key: ONNXFunction]
  /// Names by domain, whatever the overload.
  private let names: [ByteString: Set<ByteString>]
  private var callCounts: [Key: Int] = [:]
  private var nodeCounts: [Key: Int] = [:]

  /// Of two functions with one key the first one counts.
  init(_ functions: [ONNXFunction]) {
    self.functions = Dictionary(functions.map { (Key($0), $0) }) { first, _ in first }
    names = Dictionary(grouping: functions, by: \.domain).mapValues { Set($0.map(\.name)) }
  }

  /// - Parameters:
  ///   - functions: of the model.
  ///   - graph: of the model, which calls them, too.
  ///   - depth: functions that call each other more deeply than this have no count of nodes.
  init(_ functions: [ONNXFunction], calledIn graph: ONNXGraph, depth: Int) {
    self.init(functions)
    guard !functions.isEmpty else { return }
    let contents = self.functions.mapValues { self.contents($0.nodes) }
    for called in [self.contents(graph.nodes)] + contents.values {
      for key in called.functions { callCounts[key, default: 0] += 1 }
    }
    for _ in 0..<depth {
      for (key, content) in contents where nodeCounts[key] == nil {
        let inner = content.functions.compactMap { nodeCounts[$0] }
        guard inner.count == content.functions.count else { continue }
        nodeCounts[key] = inner.reduce(content.nodes) { min($0 + $1, Self.most) }
      }
    }
  }

  private static let most = 1 << 40

  /// The number of nodes, and the functions that they call, those in graphs inside included.
  private func contents(_ nodes: [ONNXNode]) -> (nodes: Int, functions: [Key]) {
    var (count, keys): (Int, [Key]) = (nodes.count, [])
    for node in nodes {
      if functions[Key(node)] != nil { keys.append(Key(node)) }
      for graph in node.innerGraphs {
        let inner = contents(graph.nodes)
        (count, keys) = (count + inner.nodes, keys + inner.functions)
      }
    }
    return (count, keys)
  }

  /// How often the model calls a function, where it was told of its graph.
  func callCount(of key: Key) -> Int { callCounts[key, default: 0] }

  /// The nodes of a function, written out at each call; nil where it calls itself, or where they call each other too deeply.
  func nodeCount(of key: Key) -> Int? { nodeCounts[key] }

  /// The function that a node calls; nil where it calls an operator.
  func function(calledBy node: ONNXNode) -> ONNXFunction? { functions[Key(node)] }

  /// Whether a domain has functions of a name.
  func has(_ name: ByteString, in domain: ByteString) -> Bool { names[domain]?.contains(name) ?? false }
}
