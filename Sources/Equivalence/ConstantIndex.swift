import Bytes
import Elements
import ModelGraph

/// The calls of a model that read nothing, by their names and by what they give.
///
/// A tool that optimizes names constants as it likes.
struct ConstantIndex {
  /// What is looked at before all elements are compared.
  private struct Key: Hashable {
    let shape: Shape
    let elementType: ElementType
    let beginning: [UInt8]
  }

  /// Elements at the beginning of a constant.
  private static let lookedAt = 64
  /// Constants that are the same are not all compared.
  private static let most = 64

  private var byName: [ByteString: [Int]] = [:]
  private var byContent: [Key: [Int]] = [:]

  /// - Throws: what the store throws.
  init(of graph: FlatGraph, _ store: any WeightStore) throws {
    for (index, node) in graph.nodes.enumerated() where node.inputs.isEmpty {
      byName[node.path, default: []].append(index)
      guard let key = try Self.key(of: node, store), byContent[key]?.count ?? 0 < Self.most else { continue }
      byContent[key, default: []].append(index)
    }
  }

  /// Calls that may give the same as a call of the other model: of the same name first.
  ///
  /// - Throws: what the store throws.
  func candidates(for node: FlatGraph.Node, _ store: any WeightStore) throws -> [Int] {
    let namesakes = byName[node.path] ?? []
    guard let key = try Self.key(of: node, store) else { return namesakes }
    return (namesakes + (byContent[key] ?? [])).inOrderOnce
  }

  /// Nil for what is not a constant, or one that the caller may replace.
  private static func key(of node: FlatGraph.Node, _ store: any WeightStore) throws -> Key? {
    guard node.operation.isConstant, !node.layer.isReplaceable,
      let variable = node.layer.variables?.first, case .stored(let number) = variable.value,
      variable.elementType.byteCount != nil
    else { return nil }
    let count = min(variable.shape.elementCount, lookedAt)
    return Key(
      shape: variable.shape, elementType: variable.elementType,
      beginning: try store.bytes(ofWeight: number, elements: 0..<count))
  }
}
