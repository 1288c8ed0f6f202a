import Bytes
import Elements
import Inference
import ModelGraph

/// A random graph whose tensors have their channels at axis 1, of layers that keep an order of memory and of layers that need one.
struct ChannelsFirstGraph {
  private(set) var graph = Graph(name: "model", isSequential: false)
  private(set) var store = ArrayStore(arrays: [])
  private var generator: SeededGenerator
  /// The tensors so far, with their shapes.
  private var places: [(reference: TensorReference, shape: Shape)] = []
  private var spatial: Int
  private var isRead: Set<Int> = []

  var inputs: [DenseArray<Double>] = []

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    spatial = 2
    spatial = random(1...3)
    for number in 0..<random(1...2) {
      let shape = [2, random(1...5)] + (0..<spatial).map { _ in random(4...6) }
      let name = ByteString("input\(number)")
      let place = call(
        Layer(
          name: name, className: "InputLayer",
          operation: .input(shape: shape.map { $0 }, elementType: "float32")), [], shape: shape)
      graph.inputs.append(place)
      inputs.append(.random(shape, &generator))
    }
    for _ in 0..<random(5...20) { grow() }
    let unread = places.indices.filter { !isRead.contains($0) }
    graph.outputs = (unread + [random(0...places.count - 1)]).map { places[$0].reference }
  }

  private mutating func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  private mutating func call(_ layer: Layer, _ inputs: [Int], shape: Shape) -> TensorReference {
    graph.layers.append(layer)
    graph.calls.append(
      Call(layer: graph.layers.count - 1, number: 0, inputs: inputs.map { places[$0].reference }))
    isRead.formUnion(inputs)
    let reference = TensorReference(call: graph.calls.count - 1)
    places.append((reference, shape))
    return reference
  }

  private mutating func add(_ operation: Operation, _ inputs: [Int], _ weights: [(Role, Shape)] = []) {
    let name = ByteString("layer\(graph.layers.count)")
    var layer = Layer(name: name, className: "Test", operation: operation)
    layer.variables = weights.map { role, shape in
      let positive = role == .movingVariance
      store.arrays.append(
        (0..<shape.elementCount).map { _ in
          positive ? abs(generator.nextSigned()) + 0.5 : generator.nextSigned()
        })
      return Variable(
        role: role, isTrainable: true, name: name, shape: shape, elementType: .float64,
        value: .stored(store.arrays.count - 1))
    }
    let partial = operation.outputShape(inputs: inputs.map { places[$0].shape.map { $0 } }) ?? [nil]
    let shape = partial.compactMap { $0 }
    guard shape.count == partial.count, !shape.contains(0), shape.elementCount < 1 << 14 else { return }
    _ = call(layer, inputs, shape: shape)
  }

  private mutating func grow() {
    let index = random(0...2) == 0 ? random(0...places.count - 1) : places.count - 1
    let shape = places[index].shape
    guard shape.count == spatial + 2 else { return regrow(index) }
    let channels = shape[1]
    let rank = shape.count
    let ones = [Int](repeating: 1, count: spatial)
    let edges = ones.map { _ in EdgeAmounts(before: random(0...1), after: random(0...2)) }
    switch random(0...19) {
    case 0...3: convolve(index)
    case 4, 5:
      // Mostly along the channels.
      let axis = random(0...3) == 0 ? rank - 1 : 1
      add(
        .batchNormalization(BatchNormalization(axes: [axis], epsilon: 1e-3, centers: true, scales: true)),
        [index], [Role.gamma, .beta, .movingMean, .movingVariance].map { ($0, [shape[axis]]) })
    case 6:
      add(.activation([.sigmoid, .tanh, .softmax(axes: [1]), .softmax(axes: [-1])][random(0...3)]), [index])
    case 7:
      add(
        .pooling(
          Pooling(
            reduction: random(0...1) == 0 ? .maximum : .average, poolSize: ones.map { _ in 2 }, strides: ones,
            padding: .same, dataFormat: .channelsFirst)), [index])
    case 8:
      add(
        .globalPooling(
          GlobalPooling(
            reduction: .average, rank: spatial, keepsAxes: random(0...1) == 0, dataFormat: .channelsFirst)),
        [index])
    case 9: add(.zeroPadding(amounts: edges, dataFormat: .channelsFirst), [index])
    case 10:
      add(
        .cropping(amounts: ones.map { _ in EdgeAmounts(before: 1, after: 0) }, dataFormat: .channelsFirst),
        [index])
    case 11:
      add(
        .upSampling(factors: ones.map { _ in 2 }, interpolation: .nearest, dataFormat: .channelsFirst),
        [index])
    case 12:
      let shared = random(0...1) == 0
      add(
        .parametricReLU(sharedAxes: shared ? Array(2..<rank) : []), [index],
        [(.alpha, [channels] + (shared ? ones : Array(shape[2...])))])
    case 13, 14: merge(index)
    case 15:
      let axis = [1, -1, 2][random(0...2)]
      let joining = TensorOperation(.concatenate(axis: axis), operands: [.tensor(0), .tensor(1)])
      add(random(0...1) == 0 ? .merge(.concatenate(axis: axis)) : .tensor(joining), [index, index])
    case 16:
      add(
        .function(
          .reduction(
            [.mean, .maximum][random(0...1)], axes: [[1], Array(2..<rank), [-1], nil][random(0...3)],
            keepsAxes: random(0...1) == 0)), [index])
    case 17 where random(0...1) == 0: withWeight(index)
    case 17: add(.function(.elementwise([.absolute, .negative, .square][random(0...2)])), [index])
    case 18:
      let orders = [ChannelOrders.last(rank), ChannelOrders.first(rank)]
      add(.transpose(Transposition(axes: orders[random(0...1)])), [index])
    default:
      add(.reshape(random(0...1) == 0 ? .flatten : .flattenWithChannelsLast), [index])
    }
  }

  /// From a tensor that is no picture any more.
  private mutating func regrow(_ index: Int) {
    let pictures = places.indices.filter { places[$0].shape.count == spatial + 2 }
    switch random(0...2) {
    case 0: add(.activation(.tanh), [index])
    case 1: convolve(pictures[random(0...pictures.count - 1)])
    default:
      add(
        .function(.combination(.add, .tensor(0), .tensor(1))),
        [pictures[random(0...pictures.count - 1)], index])
    }
  }

  private mutating func convolve(_ index: Int) {
    let channels = places[index].shape[1]
    let filters = random(1...5)
    let size = (0..<spatial).map { _ in random(1...3) }
    let ones = size.map { _ in 1 }
    let isTransposed = random(0...3) == 0
    add(
      .convolution(
        Convolution(
          kind: isTransposed ? .transposed(outputPadding: size.map { _ in 0 }) : .regular(groups: 1),
          kernelSize: size, strides: ones, dilation: ones, padding: .same, dataFormat: .channelsFirst,
          filters: filters, usesBias: true, activation: random(0...3) == 0 ? .sigmoid : .linear,
          kernelLayout: isTransposed ? .inputFirst : .outputFirst)), [index],
      [(.kernel, (isTransposed ? [channels, filters] : [filters, channels]) + size), (.bias, [filters])])
  }

  /// A combination with a weight, or a slope for negative elements that is one.
  private mutating func withWeight(_ index: Int) {
    let shape = places[index].shape
    let ones = [Int](repeating: 1, count: spatial)
    let weight = [[shape[1]] + ones, [1] + Array(shape[2...]), [shape[shape.count - 1]], []][random(0...3)]
    let operation: Operation =
      random(0...1) == 0
      ? .function(.combination(.multiply, .weight(1, weight), .tensor(0)))
      : .tensor(TensorOperation(.parametricReLU, operands: [.tensor(0), .weight(weight)]))
    add(operation, [index], [(.operand(1), weight)])
  }

  private mutating func merge(_ index: Int) {
    let shape = places[index].shape
    let same = places.indices.filter { places[$0].shape == shape }
    let gates = places.indices.filter {
      places[$0].shape == shape.prefix(2) + [Int](repeating: 1, count: spatial)
    }
    if let gate = gates.last, random(0...1) == 0 { return add(.merge(.multiply), [index, gate]) }
    let other = same[random(0...same.count - 1)]
    let operations: [Operation] = [
      .merge(.add), .merge(.subtract), .merge(.multiply), .merge(.maximum),
      .function(.combination(.add, .tensor(0), .tensor(1))),
    ]
    add(operations[random(0...operations.count - 1)], random(0...1) == 0 ? [index, other] : [other, index])
  }
}

/// The orders of axes that move the channels.
enum ChannelOrders {
  static func last(_ rank: Int) -> [Int] { [0] + Array(2..<rank) + [1] }
  static func first(_ rank: Int) -> [Int] { [0, rank - 1] + Array(1..<rank - 1) }
}
