import Bytes
import Elements
import Equivalence
import Folding
import Inference
import ModelGraph

/// Weights in memory.
struct MemoryStore: WeightStore {
  var weights: [(type: ElementType, bytes: [UInt8])] = []

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    let size = weights[number].type.byteCount ?? 1
    return Array(weights[number].bytes[elements.lowerBound * size..<elements.upperBound * size])
  }
}

/// Builds small models with random weights.
struct ModelBuilder {
  var graph = Graph(name: "model", isSequential: false)
  var store = MemoryStore()
  var generator: SeededGenerator
  /// The element type of the weights; float64, so that only a wrong formula shows.
  var elementType = ElementType.float64

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  var model: Model { Model(graph: graph, weights: store) }

  /// Adds an input of the model.
  ///
  /// - Parameter elementType: `int32` for indices, which are 0 or 1.
  mutating func input(_ shape: Shape, elementType: ByteString = "float32") -> TensorReference {
    let name = ByteString("input\(graph.inputs.count)")
    let place = add(
      Layer(
        name: name, className: "InputLayer",
        operation: .input(shape: [nil] + shape.map { $0 }, elementType: elementType)), inputs: [])
    graph.inputs.append(place)
    return place
  }

  /// Adds a layer and a call of it.
  mutating func add(_ layer: Layer, inputs: [TensorReference]) -> TensorReference {
    graph.layers.append(layer)
    return call(graph.layers.count - 1, inputs: inputs)
  }

  /// Adds a call of a layer that is there.
  mutating func call(_ layer: Int, inputs: [TensorReference]) -> TensorReference {
    graph.calls.append(Call(layer: layer, number: graph.calls(of: layer).count, inputs: inputs))
    return TensorReference(call: graph.calls.count - 1)
  }

  /// Adds a layer without weights.
  mutating func add(_ operation: Operation, _ name: ByteString, _ input: TensorReference) -> TensorReference {
    add(Layer(name: name, className: "Test", operation: operation), inputs: [input])
  }

  /// A layer with random weights of given shapes.
  mutating func layer(_ operation: Operation, _ name: ByteString, _ shapes: [(Role, Shape)]) -> Layer {
    var layer = Layer(name: name, className: "Test", operation: operation)
    layer.variables = shapes.map { role, shape in variable(role, shape, named: name) { $0.nextSigned() } }
    return layer
  }

  /// A convolution over the last axes of its input, with everything else at its default.
  mutating func convolution(
    _ name: ByteString = "conv", inputs: Int, filters: Int, kernel: [Int] = [3, 3], usesBias: Bool = true,
    activation: Activation = .linear, dataFormat: DataFormat = .channelsLast,
    padding: Padding = .same
  ) -> Layer {
    let ones = [Int](repeating: 1, count: kernel.count)
    let convolution = Convolution(
      kind: .regular(groups: 1), kernelSize: kernel, strides: ones, dilation: ones, padding: padding,
      dataFormat: dataFormat, filters: filters, usesBias: usesBias, activation: activation)
    let bias: [(Role, Shape)] = usesBias ? [(.bias, [filters])] : []
    return layer(.convolution(convolution), name, [(.kernel, kernel + [inputs, filters])] + bias)
  }

  /// A batch normalization with statistics of both signs, a gamma of zero among them.
  mutating func batchNormalization(
    _ name: ByteString = "bn", channels: Int, axis: Int = -1, centers: Bool = true, scales: Bool = true
  ) -> Layer {
    let operation = Operation.batchNormalization(
      BatchNormalization(axes: [axis], epsilon: 1e-3, centers: centers, scales: scales))
    var layer = Layer(name: name, className: "BatchNormalization", operation: operation)
    var variables: [Variable] = []
    if scales {
      let zero = Int(generator.next() % UInt64(channels))
      variables.append(
        variable(
          .gamma, [channels], named: name,
          elementAt: { index, generator in
            index == zero && channels > 1 ? 0 : 2 * generator.nextSigned()
          }))
    }
    if centers { variables.append(variable(.beta, [channels], named: name) { $0.nextSigned() }) }
    variables.append(variable(.movingMean, [channels], named: name) { $0.nextSigned() })
    variables.append(variable(.movingVariance, [channels], named: name) { abs($0.nextSigned()) + 1e-4 })
    layer.variables = variables
    return layer
  }

  /// A model that has another one as its only layer, called `nested`.
  ///
  /// - Parameter input: the shape of the outer model's input.
  static func around(_ inner: ModelBuilder, input shape: Shape) -> ModelBuilder {
    var outer = ModelBuilder(seed: 11)
    outer.store = inner.store
    var nested = Layer(name: "nested", className: "Functional", operation: .model)
    nested.body = inner.graph
    let input = outer.input(shape)
    outer.graph.outputs = [outer.add(nested, inputs: [input])]
    return outer
  }

  mutating func variable(
    _ role: Role, _ shape: Shape, named layer: ByteString, element: (inout SeededGenerator) -> Double
  ) -> Variable {
    variable(role, shape, named: layer, elementAt: { _, generator in element(&generator) })
  }

  mutating func variable(
    _ role: Role, _ shape: Shape, named layer: ByteString,
    elementAt element: (Int, inout SeededGenerator) -> Double
  ) -> Variable {
    var values: [Double] = []
    for index in 0..<shape.elementCount { values.append(element(index, &generator)) }
    store.weights.append((elementType, elementType.encode(values)))
    return Variable(
      role: role, isTrainable: true, name: layer + "/" + ByteString("\(role)"), shape: shape,
      elementType: elementType, value: .stored(store.weights.count - 1))
  }

  /// Puts other values in the place of a weight.
  mutating func set(_ role: Role, of layer: ByteString, to values: [Double]) {
    for (index, candidate) in graph.layers.enumerated() where candidate.name == layer {
      guard let variable = graph.layers[index].core.variable(role), case .stored(let number) = variable.value
      else {
        continue
      }
      store.weights[number].bytes = elementType.encode(values)
    }
  }
}

/// What a plan is held against.
enum Harness {
  /// What is proven of a folded model, which is not run.
  static func report(_ original: Model, _ folded: Model) throws -> EquivalenceReport {
    try EquivalenceCheck(original: original, folded: folded).report(inputs: .random(seed: 0), runs: false)
  }

  /// The plan for a model, for a framework without faults.
  ///
  /// - Parameter rules: only those for the layer right before, unless others are asked for.
  static func plan(
    _ builder: ModelBuilder, constraints: [any FoldConstraint] = [], rules: FoldingRules = .direct
  ) throws -> FoldPlan {
    // Models for tests are so small that a bias counts.
    let options = FoldOptions(rules: rules, maxGrowth: 1)
    return try FoldPlanner.plan(builder.model, constraints: constraints, options: options)
  }

  /// The codes of what stayed, by layer.
  static func refusals(_ plan: FoldPlan) -> [String: Refusal.Code] {
    Dictionary(
      uniqueKeysWithValues: plan.ledger.entries.compactMap { entry in
        guard case .kept(let refusal, _) = entry.outcome else { return nil }
        return (entry.layer.description, refusal.code)
      })
  }

  /// How many batch normalizations of a folded model would fold if it were folded once more.
  static func foldsAgain(_ builder: ModelBuilder, _ plan: FoldPlan) throws -> Int {
    let model = Model(graph: plan.graph, weights: builder.store)
    let options = FoldOptions(rules: .all, maxGrowth: 1)
    return try FoldPlanner.plan(model, options: options).ledger.folded.count
  }

  /// The largest difference of both graphs' outputs for the same random input, relative to the largest output.
  ///
  /// - Parameter ofModel: whether it is relative to the largest value of all outputs. A random graph can have one that is
  ///   zero but for rounding, such as the mean of x minus its transpose.
  static func difference(
    _ builder: ModelBuilder, _ plan: FoldPlan, seed: UInt64 = 1, ofModel: Bool = false
  ) throws -> Double {
    try difference(
      between: builder.model, Model(graph: plan.graph, weights: builder.store), seed: seed, ofModel: ofModel)
  }

  /// The same for two models; infinite where the second one does not run.
  static func difference(
    between first: Model, _ second: Model, seed: UInt64 = 1, ofModel: Bool = false
  ) throws -> Double {
    var generator = SeededGenerator(seed: seed)
    let inputs = first.graph.inputs.map { reference in
      let layer = first.graph.layers[first.graph.calls[reference.call].layer]
      guard case .input(let shape?, let type) = layer.operation else {
        preconditionFailure("an input without a shape")
      }
      let sizes = shape.map { $0 ?? 2 }
      return DenseArray<Double>(
        shape: sizes,
        values: (0..<sizes.elementCount).map { _ in
          type == "int32" ? Double(generator.next() % 2) : generator.nextSigned()
        })
    }
    let before = try GraphEvaluator<Double>(weights: first.weights).evaluate(first.graph, inputs: inputs)
      .outputs
    guard
      let after = try? GraphEvaluator<Double>(weights: second.weights).evaluate(second.graph, inputs: inputs)
        .outputs
    else { return .infinity }
    var worst = 0.0
    let largest = before.map(\.values).joined().reduce(0) { max($0, abs($1)) }
    for (expected, found) in zip(before, after) {
      guard expected.shape == found.shape else { return .infinity }
      let size = ofModel ? largest : expected.values.reduce(0) { max($0, abs($1)) }
      let distance = zip(expected.values, found.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      worst = max(worst, distance == 0 ? 0 : distance / size)
    }
    return worst
  }
}
