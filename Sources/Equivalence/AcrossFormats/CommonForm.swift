import Bytes
import Elements
import Inference
import ModelGraph

/// A model in the form that models of layers and models of operators have in common.
///
/// Each layer does one thing, tensors have their channels last, and each has an element type of its own.
extension Model {
  /// - Throws: what the store throws.
  func inCommonForm() throws -> Model {
    var elementary = try inElementaryLayers()
    elementary.graph = elementary.graph.withChannelsLast()
    return elementary
  }

  /// The same with a layer for each thing that is done.
  private func inElementaryLayers() throws -> Model {
    var result = self
    result.graph = try graph.inElementaryLayers(weights)
    return result
  }
}

extension Graph {
  /// The precision policy of a layer that computes in another type than its tensors have; nil where there is none.
  ///
  /// In a graph of operators the element type of a tensor is that in which it is computed.
  var otherPrecision: ByteString? {
    guard !isOperatorGraph else { return nil }
    var found: ByteString?
    forEachGraph { graph, _ in
      for layer in graph.layers where found == nil && layer.core.precision != "float32" {
        if case .input = layer.operation { continue }
        found = layer.core.precision
      }
    }
    return found
  }

  fileprivate func inElementaryLayers(_ weights: any WeightStore) throws -> Graph {
    let shapes = ShapeInference(of: self)
    var rewriter = GraphRewriter(self)
    for (index, call) in calls.enumerated() {
      var layer = layers[call.layer]
      layer.body = try layer.body.map { try $0.inElementaryLayers(weights) }
      let split = try ElementaryParts(
        of: layer, isPlain: call.training != true && !call.hasUnknownArguments,
        shapes: call.inputs.map { shapes.shapes[$0] ?? recordedShapes[$0] },
        output: shapes.shapes[TensorReference(call: index)] ?? recordedShapes[TensorReference(call: index)],
        weights: weights
      ).parts
      var places: [TensorReference] = []
      for part in split {
        let inputs = part.inputs.map { source in
          switch source {
          case .input(let number): rewriter.place(of: call.inputs[number])
          case .part(let number): places[number]
          }
        }
        places.append(rewriter.call(rewriter.number(of: part.layer, for: call.layer), inputs, as: call))
      }
      if let last = places.last { rewriter.put(call: index, at: last) }
    }
    var graph = rewriter.finished()
    graph.isOperatorGraph = true
    return graph
  }
}
