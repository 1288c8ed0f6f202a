import Bytes
import Elements
import Inference
import ModelGraph

extension Graph {
  /// The same with tensors that have their channels last, from the first layer that wants them so to the last one that can.
  ///
  /// What moves channels there and back again is gone: a graph in which they are last from the beginning is the same.
  func withChannelsLast() -> Graph {
    let shapes = ShapeInference(of: self)
    var moves = ChannelMoves(GraphRewriter(self))
    for (index, call) in calls.enumerated() {
      let layer = layers[call.layer]
      let ranks = call.inputs.map { (shapes.shapes[$0] ?? recordedShapes[$0])?.count }
      let known = ranks.compactMap { $0 }
      let form =
        known.count == ranks.count && known.allSatisfy({ $0 == known.first })
        ? layer.overChannelsLast(ranks: known, areKept: call.inputs.map { moves.isKept($0) }) : nil
      let inputs = zip(call.inputs, ranks).map { reference, rank in
        moves.place(of: reference, rank: rank ?? 0, isLast: form?.takesChannelsLast ?? false)
      }
      let number = moves.rewriter.number(of: form?.layer ?? layer, for: call.layer)
      moves.put(
        call: index, at: moves.rewriter.call(number, inputs, as: call),
        isLast: form?.givesChannelsLast ?? false)
    }
    for output in outputs where moves.isKept(output) {
      let rank = (shapes.shapes[output] ?? recordedShapes[output])?.count ?? 0
      moves.rewriter.put(output, at: moves.place(of: output, rank: rank, isLast: false))
    }
    return moves.rewriter.finished()
  }
}

/// Which tensors of a graph have their channels last, and the layers that move them.
private struct ChannelMoves {
  var rewriter: GraphRewriter
  /// Calls whose results have them last.
  private var kept: Set<Int> = []
  private var moved: [TensorReference: TensorReference] = [:]

  init(_ rewriter: GraphRewriter) { self.rewriter = rewriter }

  func isKept(_ reference: TensorReference) -> Bool { kept.contains(reference.call) }

  mutating func put(call: Int, at place: TensorReference, isLast: Bool) {
    rewriter.put(call: call, at: place)
    if isLast { kept.insert(call) }
  }

  /// - Parameter isLast: whether the channels are to be last.
  mutating func place(of reference: TensorReference, rank: Int, isLast: Bool) -> TensorReference {
    guard isKept(reference) != isLast, rank > 2 else { return rewriter.place(of: reference) }
    if let place = moved[reference] { return place }
    let move = ChannelMove(rank: rank)
    let source = rewriter.place(of: reference)
    let producer = rewriter.graph.layers[rewriter.graph.calls[source.call].layer].name
    let place = rewriter.call(.moving(isLast ? move.last : move.first, of: producer), [source])
    moved[reference] = place
    return place
  }
}
