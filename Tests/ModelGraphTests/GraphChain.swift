import Bytes
import Elements
import ModelGraph

/// A graph of layers one after the other.
struct GraphChain {
  var graph = Graph(name: "chain", isSequential: true)

  init(input shape: PartialShape?) {
    add(.input(shape: shape, elementType: "float32"))
    graph.inputs = [TensorReference(call: 0)]
  }

  mutating func add(_ operation: Operation) { add(Layer(name: "layer", className: "", operation: operation)) }

  mutating func add(_ layer: Layer) {
    graph.layers.append(layer)
    call(graph.layers.count - 1)
  }

  /// Calls a layer on the result of the last call, or on that of another one.
  mutating func call(_ layer: Int, on source: Int? = nil, hasUnknownArguments: Bool = false) {
    let last = source ?? graph.calls.count - 1
    graph.calls.append(
      Call(
        layer: layer, number: graph.calls(of: layer).count,
        inputs: last < 0 ? [] : [TensorReference(call: last)],
        hasUnknownArguments: hasUnknownArguments))
    graph.outputs = [TensorReference(call: graph.calls.count - 1)]
  }

  mutating func record(_ shape: PartialShape, of reference: TensorReference) {
    graph.recordedShapes[reference] = shape
  }
}

extension Layer {
  /// A model inside the model.
  static func model(_ body: Graph) -> Layer {
    var layer = Layer(name: "model", className: "Functional", operation: .model)
    layer.body = body
    return layer
  }

  static func timeDistributed(_ wrapped: Layer) -> Layer {
    var layer = Layer(name: "steps", className: "TimeDistributed", operation: .timeDistributed)
    layer.wrapped = [wrapped]
    return layer
  }

  static func carried(_ shape: CarriedShape?) -> Layer {
    var layer = Layer(name: "carried", className: "Custom", operation: .opaque("it is not known"))
    layer.carriedShape = shape
    return layer
  }
}
