import ModelGraph

/// For each tensor of the original the tensors of the folded model that are related to it.
struct RelatedTensors {
  /// Tensors that one is related to, at most: chains of batch normalizations have many.
  private static let most = 6

  private var pairs: [Int: [Int: Relation]] = [:]

  subscript(old: Int) -> [Int: Relation] { pairs[old] ?? [:] }

  func relation(of old: Int, to new: Int) -> Relation? { pairs[old]?[new] }

  /// - Returns: whether it says something that was not known.
  mutating func add(_ old: Int, _ new: Int, _ relation: Relation) -> Bool {
    if let present = pairs[old]?[new] {
      guard !present.isIdentity, relation.isIdentity else { return false }
    } else if let known = pairs[old], known.count >= Self.most, !relation.isIdentity {
      return false
    }
    pairs[old, default: [:]][new] = relation
    return true
  }

  /// Tensors of the folded model that are related to one of the original.
  var known: Set<Int> { Set(pairs.values.flatMap(\.keys)) }

  /// Tensors of the folded model that are the same as one of the original.
  var identical: Set<Int> {
    Set(pairs.values.flatMap { $0.filter(\.value.isIdentity).keys })
  }

  /// The tensors related to one, those that are the same first.
  func inOrder(_ old: Int) -> [(new: Int, relation: Relation)] {
    (pairs[old] ?? [:]).map { (new: $0.key, relation: $0.value) }
      .sorted { ($0.relation.isIdentity ? 0 : 1, $0.new) < ($1.relation.isIdentity ? 0 : 1, $1.new) }
  }
}
