import Bytes
import ModelFormats

/// The names that tensors have in a model from which some nodes are taken out.
///
/// What such a node reads and what it gives become one tensor. It has the name of what the last of them gave, unless one of the
/// others has to stay: whoever reads the result of a batch normalization finds it under its name.
struct TensorNames {
  /// The new names of those that have another one.
  private(set) var renamed: [ByteString: ByteString] = [:]

  /// - Parameters:
  ///   - nodes: those that are taken out, in their order, each with the name of the tensor that it changes.
  ///   - fixed: names that stay.
  /// - Throws: `ONNXGraphRule` where two of the names of a tensor have to stay.
  init(
    removing nodes: [(node: ONNXNode, input: ByteString)], fixed: Set<ByteString>
  ) throws(ONNXGraphRule) {
    var firsts: [ByteString: ByteString] = [:]
    var groups: [ByteString: [ByteString]] = [:]
    for (node, input) in nodes {
      guard let output = node.outputs.first, !output.isEmpty else { continue }
      let first = firsts[input] ?? input
      firsts[output] = first
      groups[first, default: [first]].append(output)
    }
    for (_, names) in groups.sorted(by: { $0.key < $1.key }) {
      let kept = names.filter(fixed.contains)
      if kept.count > 1 { throw .fixedNames(kept[0], kept[1]) }
      guard let name = kept.first ?? names.last else { continue }
      for other in names where other != name { renamed[other] = name }
    }
  }
}
