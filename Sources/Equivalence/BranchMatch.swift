import Elements
import ModelGraph

/// The terms of two sums that belong together: those that are related, and for each convolution that is left of the folded model those
/// of the original that it has to be.
struct BranchMatch {
  /// Which terms belong together, where there is a choice.
  enum Preference {
    /// Those that are the same.
    case same
    /// Those that are related in any way, the first ones or the last ones: a scale of a tensor and the tensor itself both are.
    case related, relatedFromLast
    /// Those that are convolutions or scales of what a convolution of the folded model reads.
    case convolutions
  }

  /// A convolution of the folded model, and what it is the sum of.
  struct Group {
    typealias Part = (form: BranchForm, sign: Double)

    let convolution: BranchConvolution
    let sign: Double
    /// Tensors of the original that are related to the one that it reads, the same ones first, and what the parts are of each.
    fileprivate(set) var readings: [(source: Int, relation: Relation, parts: [Part])] = []

    /// What it is the sum of.
    var parts: [Part] { readings.first?.parts ?? [] }
  }

  private(set) var groups: [Group] = []
  /// Terms that both have.
  private(set) var others: [(relation: Relation, sign: Double)] = []
  /// The nodes of the folded model.
  private(set) var nodes: Set<Int>

  /// Whether a convolution of the folded model is several terms of the original.
  var joinsBranches: Bool { groups.contains { $0.parts.count > 1 } }

  /// - Parameters:
  ///   - proof: as far as it has come.
  ///   - sum: of the original.
  ///   - root: a tensor of the folded model.
  ///   - preference: which terms belong together.
  ///   - looksPastZeros: whether zeros that are put beside a tensor belong to the convolution that reads them.
  /// - Returns: nil where they do not.
  /// - Throws: what the store of the original throws.
  init?(_ proof: Proof, _ sum: BranchSum, _ root: Int, _ preference: Preference, looksPastZeros: Bool) throws
  {
    let (old, new, related) = (proof.old, proof.new, proof.related)
    let partners = Set(sum.terms.flatMap { related[$0.tensor].filter(\.value.isIdentity).keys })
    guard let shape = old.tensors[sum.terms[0].tensor].shape,
      let folded = BranchSum(root, in: new, isTerm: partners.contains)
    else { return nil }
    nodes = Set(folded.nodes)
    var free = folded.terms
    var rest: [BranchSum.Term] = []
    let convolved = Set(
      free.compactMap { Self.convolution($0.tensor, in: new, looksPastZeros)?.source })
    for term in preference == .relatedFromLast ? sum.terms.reversed() : sum.terms {
      let isFirst = preference == .convolutions && Self.mayComeFrom(term.tensor, convolved, proof)
      let partner =
        isFirst
        ? nil
        : related.inOrder(term.tensor).first { candidate in
          (preference != .same && preference != .convolutions || candidate.relation.isIdentity)
            && free.contains(BranchSum.Term(tensor: candidate.new, sign: term.sign))
        }
      guard let partner,
        let place = free.firstIndex(of: BranchSum.Term(tensor: partner.new, sign: term.sign))
      else {
        rest.append(term)
        continue
      }
      free.remove(at: place)
      others.append((partner.relation, term.sign))
    }
    for term in free {
      guard let convolution = Self.convolution(term.tensor, in: new, looksPastZeros),
        convolution.node.layer.precision == old.tensors[sum.terms[0].tensor].precision,
        !groups.contains(where: { $0.convolution.source == convolution.source }),
        let producer = new.tensors[term.tensor].producer
      else { return nil }
      nodes.insert(producer)
      let readings = rest.flatMap { proof.branchSources(of: $0.tensor) }.inOrderOnce.compactMap { source in
        related.relation(of: source, to: convolution.source).map {
          (source: source, relation: $0, parts: [Group.Part]())
        }
      }
      groups.append(
        Group(
          convolution: convolution, sign: term.sign,
          readings: readings.filter(\.relation.isIdentity) + readings.filter { !$0.relation.isIdentity }))
    }
    guard !groups.isEmpty else { return nil }
    for term in rest {
      var isFound = false
      for index in groups.indices where !isFound {
        let axis = groups[index].convolution.axis
        guard shape.indices.contains(axis) else { continue }
        let longer = try groups[index].readings.compactMap { reading in
          try BranchForm(
            of: term.tensor, in: old, axis: axis, looksPastZeros: looksPastZeros,
            from: proof.models.old.weights,
            isSource: { $0 == reading.source }
          ).map { (reading.source, reading.relation, reading.parts + [($0, term.sign)]) }
        }
        guard !longer.isEmpty else { continue }
        groups[index].readings = longer
        isFound = true
      }
      guard isFound else { return nil }
    }
    guard groups.allSatisfy({ !$0.parts.isEmpty }) else { return nil }
  }

  private static func convolution(
    _ tensor: Int, in graph: FlatGraph, _ looksPastZeros: Bool
  ) -> BranchConvolution? {
    graph.tensors[tensor].producer.flatMap {
      BranchConvolution(graph.nodes[$0], in: graph, looksPastZeros: looksPastZeros)
    }
  }

  /// Whether a term is a convolution or a scale of what is the same as one of some tensors of the folded model.
  private static func mayComeFrom(_ term: Int, _ sources: Set<Int>, _ proof: Proof) -> Bool {
    proof.branchSources(of: term).contains { source in
      proof.related[source].contains { sources.contains($0.key) }
    }
  }
}
