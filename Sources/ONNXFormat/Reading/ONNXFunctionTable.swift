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

  /// Of two functions with one key the first one counts.
  init(_ functions: [ONNXFunction]) {
    self.functions = Dictionary(functions.map { (Key($0), $0) }) { first, _ in first }
    names = Dictionary(grouping: functions, by: \.domain).mapValues { Set($0.map(\.name)) }
  }

  /// The function that a node calls; nil where it calls an operator.
  func function(calledBy node: ONNXNode) -> ONNXFunction? { functions[Key(node)] }

  /// Whether a domain has functions of a name.
  func has(_ name: ByteString, in domain: ByteString) -> Bool { names[domain]?.contains(name) ?? false }
}
