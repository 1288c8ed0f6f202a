import Bytes
import Elements
import ModelGraph

/// A layer of a model, as `bnfold inspect` shows it.
public struct LayerDescription: Sendable, Codable {
  /// The name with the names of the models around it, as `backbone/conv1`.
  public let path: ByteString
  /// The layer's own name.
  public let name: ByteString
  /// How many models are around it.
  public let depth: Int
  /// The class as the architecture names it.
  public let className: ByteString
  /// The class of the layer inside a wrapper such as TimeDistributed.
  public let wrappedClassName: ByteString?
  /// The shape of its first result, batch first, with nil for open axes; absent if it is not known.
  public let outputShape: PartialShape?
  /// The number of elements of all weights, inner layers included.
  public let parameterCount: Int
}

extension ModelFile {
  /// All layers, those of inner models after the layer that holds them.
  public var layers: [LayerDescription] {
    Self.descriptions(of: model.graph, shapes: ShapeInference(of: model.graph), path: "", depth: 0)
  }

  /// The batch normalizations, those of inner models by their paths.
  var batchNormalizationNames: [ByteString] {
    var names: [ByteString] = []
    model.graph.forEachGraph { graph, prefix in
      for (index, layer) in graph.layers.enumerated() {
        guard case .batchNormalization = layer.core.operation else { continue }
        names.append(model.graph.path(of: LayerAddress(prefix + [index])))
      }
    }
    return names
  }

  /// Which layer reads which, by paths, once for each reading; layers of inner models are wired among themselves.
  public var connections: [(from: ByteString, to: ByteString)] {
    Self.connections(of: model.graph, path: "")
  }

  private static func connections(of graph: Graph, path: ByteString) -> [(from: ByteString, to: ByteString)] {
    let own = graph.calls.flatMap { call in
      call.inputs.map { reference in
        (
          from: path + graph.layers[graph.calls[reference.call].layer].name,
          to: path + graph.layers[call.layer].name
        )
      }
    }
    return graph.layers.reduce(own) { all, layer in
      layer.core.body.map { all + connections(of: $0, path: path + layer.name + "/") } ?? all
    }
  }

  /// The number of elements of all weights.
  public var parameterCount: Int { model.graph.parameterCount }

  private static func descriptions(
    of graph: Graph, shapes: ShapeInference, path: ByteString, depth: Int
  ) -> [LayerDescription] {
    graph.layers.enumerated().flatMap { index, layer -> [LayerDescription] in
      guard !layer.isImplicit else { return [] }
      let call = graph.calls.firstIndex { $0.layer == index }
      let description = LayerDescription(
        path: path + layer.name, name: layer.name, depth: depth, className: layer.className,
        wrappedClassName: layer.wrapped.first?.className,
        outputShape: call.flatMap { shapes.shapes[TensorReference(call: $0)] },
        parameterCount: layer.parameterCount)
      guard let body = layer.core.body else { return [description] }
      let inner = shapes.inner[index] ?? ShapeInference(of: body)
      return [description]
        + descriptions(of: body, shapes: inner, path: path + layer.name + "/", depth: depth + 1)
    }
  }
}
