import Bytes
import Elements
import Inference
import ModelGraph

/// Two models with the inputs and outputs of the first one, whatever the second one calls them and wherever it has its channels.
struct ModelAlignment {
  /// The first one, with sizes that only the second one states.
  private(set) var original: Graph
  /// The second one, with layers that move channels at its ends.
  private(set) var other: Graph
  private(set) var pairs: [ModelEndPair] = []

  /// - Parameter given: inputs and outputs that the user has said to belong together.
  /// - Throws: `Mismatch` where they cannot be given the same inputs or do not give as many outputs.
  init(_ original: Graph, _ other: Graph, given: [NamedPair]) throws(Mismatch) {
    (self.original, self.other) = (original, other)
    let inputs = try EndMatching(original.inputEnds, other.inputEnds, given: given, isInput: true).matches()
    let outputs = try EndMatching(original.outputEnds, other.outputEnds, given: given, isInput: false)
      .matches()
    pairs = (inputs + outputs).map(\.pair)
    let unknown = given.first { pair in
      !pairs.contains { $0.original == pair.original && $0.other == pair.other }
    }
    if let unknown {
      throw .attribute(
        "--map", "an input or an output of each model", "\(unknown.original)=\(unknown.other)", of: -1)
    }
    try shareInputs(inputs)
    moveChannels(inputs, outputs)
    (self.other.outputNames, self.other.outputTypes) = (original.outputNames, original.outputTypes)
    self.other.outputShapes = original.outputShapes
  }

  /// What one of the models says of an input holds for both: they are compared for such inputs.
  private mutating func shareInputs(_ matches: [EndMatch]) throws(Mismatch) {
    for (number, match) in matches.enumerated() {
      let layer = original.calls[original.inputs[number].call].layer
      let otherLayer = other.calls[other.inputs[match.number].call].layer
      guard case .input(let shape, let type) = original.layers[layer].operation,
        case .input(let otherShape, let otherType) = other.layers[otherLayer].operation
      else { continue }
      guard type == otherType else {
        throw .attribute("type of input \(match.pair.original)", "\(type)", "\(otherType)", of: -1)
      }
      let moved = otherShape.map { match.pair.move.inOriginal($0) }
      let known = shape.map { own in moved.map { zip(own, $0).map { $0 ?? $1 } } ?? own } ?? moved
      if known != shape || known != moved { pairs[number].shape = known }
      original.layers[layer].operation = .input(shape: known, elementType: type)
      other.layers[otherLayer].operation = .input(shape: known, elementType: type)
      other.layers[otherLayer].name = original.layers[layer].name
    }
  }

  /// Gives the second model inputs and outputs with their axes as those of the original, in its order.
  private mutating func moveChannels(_ inputs: [EndMatch], _ outputs: [EndMatch]) {
    var rewriter = GraphRewriter(other)
    for layer in other.layers { _ = rewriter.add(layer) }
    let moves = Dictionary(
      inputs.map { (other.inputs[$0.number].call, $0.pair.move) }, uniquingKeysWith: { first, _ in first })
    var given: [Int: TensorReference] = [:]
    for (index, call) in other.calls.enumerated() {
      let place = rewriter.call(call.layer, call.inputs.map(rewriter.place), as: call)
      rewriter.put(call: index, at: place)
      guard case .input(let shape, _) = other.layers[call.layer].operation else { continue }
      given[index] = place
      guard let move = moves[index] ?? nil, let rank = shape?.count else { continue }
      rewriter.put(
        TensorReference(call: index),
        at: rewriter.call(
          .moving(move.orderFromOriginal(rank: rank), of: other.layers[call.layer].name), [place]))
    }
    let results = outputs.map { match in
      let place = rewriter.place(of: other.outputs[match.number])
      guard let move = match.pair.move, let rank = match.rank else { return place }
      return rewriter.call(
        .moving(move.orderInOriginal(rank: rank), of: match.pair.other), [place])
    }
    let places = inputs.compactMap { given[other.inputs[$0.number].call] }
    other = rewriter.finished()
    (other.inputs, other.outputs) = (places, results)
  }
}

extension ModelEndPair.Move {
  /// For each axis of the original's tensor the axis of the other model's.
  fileprivate func orderInOriginal(rank: Int) -> [Int] {
    self == .channelsFirst ? ChannelMove(rank: rank).last : ChannelMove(rank: rank).first
  }

  /// For each axis of the other model's tensor the axis of the original's.
  fileprivate func orderFromOriginal(rank: Int) -> [Int] {
    self == .channelsFirst ? ChannelMove(rank: rank).first : ChannelMove(rank: rank).last
  }
}

extension Optional where Wrapped == ModelEndPair.Move {
  /// The shape of a tensor of the other model, with its axes as the original has them.
  func inOriginal(_ shape: PartialShape) -> PartialShape {
    map { move in move.orderInOriginal(rank: shape.count).map { shape[$0] } } ?? shape
  }
}

extension Graph {
  /// The tensors that the caller gives.
  fileprivate var inputEnds: [ModelEnd] {
    inputs.map { reference in
      let layer = layers[calls[reference.call].layer]
      guard case .input(let shape, _) = layer.operation else { return ModelEnd(name: layer.name, shape: nil) }
      return ModelEnd(name: layer.name, shape: shape)
    }
  }

  /// The tensors that the caller gets.
  fileprivate var outputEnds: [ModelEnd] {
    let shapes = ShapeInference(of: self)
    return zip(outputs, namesOfOutputs).enumerated().map { number, output in
      let stated = outputShapes.indices.contains(number) ? outputShapes[number] : nil
      return ModelEnd(
        name: output.1, shape: shapes.shapes[output.0] ?? recordedShapes[output.0] ?? stated)
    }
  }
}
