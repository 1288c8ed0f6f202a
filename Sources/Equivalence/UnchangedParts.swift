import ModelGraph
import Tensor

/// Compares what no fold concerns: the layers, how they are wired, and their weights bit for bit.
///
/// It stands in for a run of the whole models where a layer cannot be run. What a layer computes beside its weights,
/// such as the stride of a convolution, is not compared.
struct UnchangedParts {
  let original: Model
  let folded: Model
  /// Addresses of the layers that took in a batch normalization.
  private let producers: Set<LayerAddress>
  /// Addresses of the batch normalizations that are gone.
  private let removed: Set<LayerAddress>

  init(original: Model, folded: Model, claims: [FoldClaim], removed: Set<LayerAddress>) {
    self.original = original
    self.folded = folded
    producers = Set(claims.map(\.producer))
    self.removed = removed.union(claims.flatMap(\.batchNormalizations))
  }

  /// The first difference in words; nil if there is none.
  func difference() -> String? {
    do {
      return try difference(original.graph, folded.graph, prefix: [])
    } catch {
      return "\(error)"
    }
  }

  private func difference(_ before: Graph, _ after: Graph, prefix: [Int]) throws -> String? {
    let kept = before.layers.indices.filter { !removed.contains(LayerAddress(prefix + [$0])) }
    let places = Dictionary(
      after.layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard kept.count == after.layers.count else {
      return "there are \(after.layers.count) layers instead of \(kept.count)"
    }
    for index in kept {
      let layer = before.layers[index]
      guard let place = places[layer.name] else { return "the layer \(layer.name) is missing" }
      let address = LayerAddress(prefix + [index])
      if let found = try difference(layer, after.layers[place], at: address) { return found }
    }
    return wiringDifference(before, after, prefix: prefix)
  }

  private func difference(_ before: Layer, _ after: Layer, at address: LayerAddress) throws -> String? {
    guard before.className == after.className, before.core.className == after.core.className else {
      return "the layer \(before.name) has another class"
    }
    if let body = before.core.body, let other = after.core.body {
      return try difference(body, other, prefix: address.indices)
    }
    guard !producers.contains(address) else { return nil }
    let (weights, others) = (before.core.variables ?? [], after.core.variables ?? [])
    guard weights.count == others.count else {
      return "the layer \(before.name) has another number of weights"
    }
    for (weight, other) in zip(weights, others) {
      guard weight.shape == other.shape, weight.elementType == other.elementType else {
        return "the weight \(weight.name) of \(before.name) has another shape or type"
      }
      // Types that bnfold only carries are moved by the container, which it cannot do in part.
      guard weight.elementType.byteCount != nil else { continue }
      if try !areIdentical(weight, other) {
        return "the weight \(weight.name) of \(before.name) is another one"
      }
    }
    return nil
  }

  private func areIdentical(_ weight: Variable, _ other: Variable) throws -> Bool {
    guard case .stored(let number) = weight.value, case .stored(let otherNumber) = other.value else {
      return false
    }
    for block in (0..<weight.shape.elementCount).blocks(of: 1 << 16) {
      let bytes = try original.weights.bytes(ofWeight: number, elements: block)
      guard bytes == (try folded.weights.bytes(ofWeight: otherNumber, elements: block)) else { return false }
    }
    return true
  }

  /// A tensor by the names of the file.
  private struct Place: Hashable {
    let layer: ByteString
    let call: Int
    let output: Int
  }

  private func wiringDifference(_ before: Graph, _ after: Graph, prefix: [Int]) -> String? {
    func place(_ reference: TensorReference, in graph: Graph) -> Place {
      let call = graph.calls[reference.call]
      return Place(layer: graph.layers[call.layer].name, call: call.number, output: reference.output)
    }
    /// Whoever read a batch normalization that is gone now reads what that read.
    func source(_ reference: TensorReference) -> TensorReference {
      let call = before.calls[reference.call]
      guard removed.contains(LayerAddress(prefix + [call.layer])), let input = call.inputs.first else {
        return reference
      }
      return source(input)
    }
    func expected(_ references: [TensorReference]) -> [Place] {
      references.map { place(source($0), in: before) }
    }
    func found(_ references: [TensorReference]) -> [Place] { references.map { place($0, in: after) } }

    guard expected(before.inputs) == found(after.inputs), expected(before.outputs) == found(after.outputs)
    else { return "the model begins or ends with other layers" }
    var calls: [Place: [Place]] = [:]
    for call in after.calls {
      calls[Place(layer: after.layers[call.layer].name, call: call.number, output: 0)] = found(call.inputs)
    }
    for call in before.calls where !removed.contains(LayerAddress(prefix + [call.layer])) {
      let name = before.layers[call.layer].name
      guard calls[Place(layer: name, call: call.number, output: 0)] == expected(call.inputs) else {
        return "the layer \(name) reads other layers"
      }
    }
    return nil
  }
}
