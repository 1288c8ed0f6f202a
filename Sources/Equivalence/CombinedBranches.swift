import Elements
import ModelGraph

/// The one convolution that several branches of the original are, with numbers that have not been rounded.
struct CombinedBranches {
  let node: FlatGraph.Node
  let store: any WeightStore
  /// What it reads, and how that is related to what the convolution of the folded model reads.
  let source: Int
  let input: Relation
}

extension BranchMatch.Group {
  /// The convolution that the parts are together, with the window and the taps of that of the folded model.
  ///
  /// - Throws: `Mismatch` where they are none, or what the store throws.
  func combined(_ store: any WeightStore) throws -> CombinedBranches {
    let (taps, kernel) = (convolution.taps, convolution.kernel)
    guard let reading = readings.first else { throw unlike }
    var bias = [Double](repeating: 0, count: taps.outputs)
    var diagonal: [(place: Int, value: Double)] = []
    var convolutions: [(branch: BranchConvolution, scale: [Double])] = []
    for part in reading.parts {
      guard let values = part.form.values(channels: taps.outputs) else { throw unlike }
      let factor = part.sign * sign
      for channel in bias.indices { bias[channel] += factor * values.shift[channel] }
      guard let branch = part.form.convolution else {
        guard taps.keepsPlaces, let places = taps.diagonal else { throw unlike }
        diagonal += zip(places, values.scale).map { (place: $0, value: factor * $1) }
        continue
      }
      guard branch.kernel.elementType == kernel.elementType, branch.axis == convolution.axis else {
        throw unlike
      }
      if let own = branch.node.bias {
        guard let numbers = try own.numbers(from: store), numbers.count == taps.outputs else { throw unlike }
        for channel in bias.indices { bias[channel] += factor * values.scale[channel] * numbers[channel] }
      }
      convolutions.append((branch, values.scale.map { factor * $0 }))
    }
    var types: [Int: ElementType] = [:]
    var sum = kernel
    sum.elementType = .float64
    sum.value =
      try lazySum(convolutions, diagonal, &types) ?? .computed(try denseSum(convolutions, diagonal, store))
    let total = Variable(
      role: .bias, isTrainable: true, name: "bias", shape: [taps.outputs], elementType: .float64,
      value: .computed(bias))
    return CombinedBranches(
      node: convolution.node.with(variables: [sum, total]),
      store: UnroundedWeights(base: store, types: types),
      source: reading.source, input: reading.relation)
  }

  private var unlike: Mismatch {
    .unknown("the branches are not one convolution", of: convolution.node.layerNumber)
  }

  /// The sum of one stored kernel and a diagonal, read when it is needed; nil for anything else.
  private func lazySum(
    _ convolutions: [(branch: BranchConvolution, scale: [Double])], _ diagonal: [(place: Int, value: Double)],
    _ types: inout [Int: ElementType]
  ) throws -> Variable.Value? {
    guard convolutions.count == 1, case .stored(let number) = convolutions[0].branch.kernel.value,
      convolutions[0].branch.kernel.shape == convolution.kernel.shape,
      let map = convolutions[0].branch.node.operation.linearMap,
      map.first.layout == convolution.node.operation.linearMap?.first.layout,
      let axes = map.axes(of: map.first, shape: convolution.kernel.shape), axes.output.table == nil,
      let places = convolutions[0].branch.taps.places(in: convolution.taps),
      places == convolution.taps.taps.map(\.place)
    else { return nil }
    types[number] = convolution.kernel.elementType
    var scale = ElementScale(axes.output.scale(convolutions[0].scale))
    if !diagonal.isEmpty { scale.add(ElementAdditions(diagonal)) }
    return .scaled(number + UnroundedWeights.offset, scale)
  }

  private func denseSum(
    _ convolutions: [(branch: BranchConvolution, scale: [Double])], _ diagonal: [(place: Int, value: Double)],
    _ store: any WeightStore
  ) throws -> [Double] {
    var sum = [Double](repeating: 0, count: convolution.kernel.shape.elementCount)
    for (branch, scale) in convolutions {
      guard let places = branch.taps.places(in: convolution.taps) else { throw unlike }
      branch.taps.add(
        try branch.kernel.elements(from: store), times: scale, to: &sum, at: places, of: convolution.taps)
    }
    ElementAdditions(diagonal).add(to: &sum)
    return sum
  }
}

extension FlatGraph.Node {
  /// The same node with other weights.
  fileprivate func with(variables: [Variable]) -> FlatGraph.Node {
    var layer = layer
    layer.variables = variables
    return FlatGraph.Node(
      path: path, layerNumber: layerNumber, layer: layer, part: part, operation: operation,
      isTimeDistributed: isTimeDistributed, call: call, inputs: inputs, controls: controls, outputs: outputs)
  }
}
