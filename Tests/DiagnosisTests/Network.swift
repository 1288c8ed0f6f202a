import Bytes
import Diagnosis
import Elements
import ModelGraph

/// Builds small networks with the numbers that a test wants.
struct Network: WeightStore {
  var graph = Graph(name: "model", isSequential: false)
  private var weights: [(type: ElementType, bytes: [UInt8])] = []

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    let size = weights[number].type.byteCount ?? 1
    return Array(weights[number].bytes[elements.lowerBound * size..<elements.upperBound * size])
  }

  var model: Model { Model(graph: graph, weights: self) }

  /// What is found, by code.
  func symptoms(_ code: Symptom.Code) throws -> [Symptom] {
    try ModelDiagnosis(of: model).symptoms.filter { $0.code == code }
  }

  /// The codes of what is found, in order.
  func codes() throws -> [Symptom.Code] { try ModelDiagnosis(of: model).symptoms.map(\.code) }

  mutating func input(_ shape: PartialShape) -> TensorReference {
    let operation = Operation.input(shape: [nil] + shape, elementType: "float32")
    let place = add(Layer(name: "input", className: "InputLayer", operation: operation), [])
    graph.inputs.append(place)
    return place
  }

  mutating func add(_ layer: Layer, _ inputs: [TensorReference], training: Bool? = nil) -> TensorReference {
    graph.layers.append(layer)
    graph.calls.append(Call(layer: graph.layers.count - 1, number: 0, inputs: inputs, training: training))
    return TensorReference(call: graph.calls.count - 1)
  }

  mutating func add(_ operation: Operation, _ name: ByteString, _ input: TensorReference) -> TensorReference {
    add(Layer(name: name, className: "Test", operation: operation), [input])
  }

  mutating func layer(
    _ name: ByteString, _ operation: Operation, _ weights: [(Role, Shape, [Double])],
    type: ElementType = .float32
  ) -> Layer {
    var layer = Layer(name: name, className: "Test", operation: operation)
    layer.variables = weights.map { role, shape, values in
      self.weights.append((type, type.encode(values)))
      return Variable(
        role: role, isTrainable: true, name: name + "/" + ByteString("\(role)"), shape: shape,
        elementType: type, value: .stored(self.weights.count - 1))
    }
    return layer
  }

  /// A convolution of one place, whose kernel has a row for each input channel.
  mutating func convolution(
    _ name: ByteString, _ rows: [[Double]], activation: Activation = .linear,
    format: DataFormat = .channelsLast, after input: TensorReference
  ) -> TensorReference {
    let filters = rows[0].count
    let convolution = Convolution(
      kind: .regular(groups: 1), kernelSize: [1, 1], strides: [1, 1], dilation: [1, 1],
      padding: .none(rank: 2),
      dataFormat: format, filters: filters, usesBias: false, activation: activation)
    return add(
      layer(name, .convolution(convolution), [(.kernel, [1, 1, rows.count, filters], rows.flatMap(\.self))]),
      [input])
  }

  /// A batch normalization; what is not said is what training would leave in an ordinary one of two channels.
  mutating func normalization(
    _ name: ByteString = "bn", gamma: [Double] = [0.9, 1.2], beta: [Double] = [0.1, -0.3],
    mean: [Double] = [0.2, -0.4], variance: [Double] = [0.5, 1.5], epsilon: Double = 1e-3, axis: Int = -1,
    momentum: Double = 0.99, training: Bool? = nil, after input: TensorReference
  ) -> TensorReference {
    let operation = BatchNormalization(
      axes: [axis], epsilon: epsilon, centers: true, scales: true, momentum: momentum)
    let layer = layer(
      name, .batchNormalization(operation),
      [
        (.gamma, [gamma.count], gamma), (.beta, [beta.count], beta), (.movingMean, [mean.count], mean),
        (.movingVariance, [variance.count], variance),
      ])
    return add(layer, [input], training: training)
  }

  /// A convolution of two channels, and a batch normalization after it that `change` may give other numbers.
  static func ordinary(_ change: (inout Network, TensorReference) -> TensorReference) -> Network {
    var network = Network()
    let input = network.input([4, 4, 2])
    let convolution = network.convolution("conv", [[0.3, -0.5], [0.7, 0.2]], after: input)
    network.graph.outputs = [change(&network, convolution)]
    return network
  }

  /// Puts everything into a model that is the only layer of another one.
  mutating func wrap(as name: ByteString) {
    var layer = Layer(name: name, className: "Functional", operation: .model)
    layer.body = graph
    graph = Graph(name: "outer", isSequential: false)
    graph.outputs = [add(layer, [input([4, 4, 2])])]
  }
}
