import Bytes
import ModelGraph

/// The first tensor of a model that another one does not have, by what both hold where they are run on the same inputs.
///
/// The models have their layers in other words: many tensors of the one have no counterpart in the other, such as those between a
/// layer and the batch normalization that an exporter has folded. After the first one that differs, nothing is the same any more.
struct DifferingTensor {
  /// What the tensors of the original hold, and those of the other model.
  let signatures: (old: [TensorSignature], new: [TensorSignature])
  let graph: FlatGraph
  /// What rounding explains, relative to the largest channel.
  let tolerance: Double

  /// Where it is; nil where it is not seen.
  var difference: Difference? {
    let known = Dictionary(signatures.old.map { ($0.name, $0) }) { first, _ in first }
    var isSame: [Int: Bool] = [:]
    var names: [Int: ByteString] = [:]
    for node in graph.nodes {
      let name = node.path + (node.call.number == 0 ? "" : ByteString("#\(node.call.number + 1)"))
      // What the parts of a layer give is the same until its last one.
      guard let signature = known[name], let output = node.outputs.first else { continue }
      names[output] = name
      isSame[output] = signatures.new.contains {
        signature.distance(to: $0, tolerance: tolerance)?.channels.isEmpty == true
      }
    }
    var leadsToTheSame = Set<Int>()
    for node in graph.nodes.reversed()
    where node.outputs.contains(where: { isSame[$0] == true || leadsToTheSame.contains($0) }) {
      leadsToTheSame.formUnion(node.inputs)
    }
    let differing = graph.neededNodes().compactMap { index -> Counterpart? in
      guard let output = graph.nodes[index].outputs.first, isSame[output] == false,
        !leadsToTheSame.contains(output), let name = names[output], let signature = known[name]
      else { return nil }
      return counterpart(of: signature)
    }
    // Before it there may be tensors that the other model does not have at all.
    let seen =
      differing.first { $0.distance?.isOfSomeChannels == true } ?? differing.first { $0.distance != nil }
    return (seen ?? differing.first)?.difference
  }

  /// A tensor of the original, and the one of the other model that comes nearest to it, where one does.
  fileprivate struct Counterpart {
    let name: ByteString
    let other: ByteString
    let distance: TensorSignature.Distance?
  }

  private func counterpart(of signature: TensorSignature) -> Counterpart {
    let distances = signatures.new.compactMap { other in
      signature.distance(to: other, tolerance: tolerance).map { (name: other.name, distance: $0) }
    }
    let nearest = distances.min {
      ($0.distance.channels.count, $0.distance.largest) < ($1.distance.channels.count, $1.distance.largest)
    }
    guard let nearest, nearest.distance.largest <= 1 else {
      return Counterpart(name: signature.name, other: "", distance: nil)
    }
    return Counterpart(name: signature.name, other: nearest.name, distance: nearest.distance)
  }
}

extension TensorSignature.Distance {
  /// Whether some channels are the same, as they hardly ever are of tensors that do not belong together.
  fileprivate var isOfSomeChannels: Bool { channels.count < channelCount }
}

extension DifferingTensor.Counterpart {
  fileprivate var difference: Difference {
    guard let distance else {
      return Difference(
        layer: name, subject: "values, which the other model does not have", place: nil, expected: "",
        found: "", ulps: nil, count: 1, isDifference: false)
    }
    return Difference(
      layer: other, subject: "values, the first that are not those of \(name),",
      place: distance.isOfSomeChannels ? "channel \(distance.worst)" : "all channels",
      expected: "\(Float(distance.means.old)) on average", found: "\(Float(distance.means.new))", ulps: nil,
      count: distance.isOfSomeChannels ? distance.channels.count : 1, isDifference: true)
  }
}
