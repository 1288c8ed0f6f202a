import Elements
import ModelGraph

/// Layers with any number of inputs, as operators with two.
extension ElementaryParts {
  /// - Parameter isLayer: whether smaller inputs get their sizes of 1 after the batch, and not in front of it.
  mutating func splitMerge(_ merge: Merge, isLayer: Bool) {
    let inputs = isLayer ? aligned() : shapes.indices.map { Source.input($0) }
    switch merge {
    case .add, .multiply, .maximum, .minimum: chain(merge, inputs)
    case .average: average(inputs)
    case .addScaled(let scale):
      let scaled = rescale(inputs[1], by: Double(Float(scale)))
      add(.merge(.add), of: [inputs[0], scaled])
    case .subtract: add(.merge(.subtract), of: inputs)
    case .concatenate(let axis): concatenate(axis)
    case .dot: return
    }
  }

  /// The inputs with as many axes as the largest of them has.
  private mutating func aligned() -> [Source] {
    let ranks = shapes.compactMap { $0?.count }
    guard ranks.count == shapes.count, let rank = ranks.max(), rank > 0 else {
      // How they go together is not known: such a layer is like no other.
      return shapes.indices.map { add(.opaque("the shapes of what is merged are not known"), of: .input($0)) }
    }
    return ranks.enumerated().map { number, own in
      guard own < rank else { return .input(number) }
      return add(.reshape(.expansion(axes: Array(1..<1 + rank - own))), of: .input(number))
    }
  }

  mutating func splitTensorOperation(_ operation: TensorOperation) {
    if case .reshape = operation.kind, isSilentReshape, operation.operands.first == .tensor(0),
      shapes.count == 1
    {
      add(.identity, of: .input(0))
      return
    }
    // Only of tensors, in their order.
    let isPlain = operation.operands.indices.allSatisfy { operation.operands[$0] == .tensor($0) }
    guard isPlain, operation.operands.count == shapes.count else { return }
    let inputs = shapes.indices.map { Source.input($0) }
    switch operation.kind {
    case .sum: chain(.add, inputs)
    case .maximum: chain(.maximum, inputs)
    case .minimum: chain(.minimum, inputs)
    case .mean: average(inputs)
    case .concatenate(let axis): concatenate(axis)
    default: return
    }
  }

  private mutating func concatenate(_ axis: Int) {
    guard let rank, let place = normalizedAxis(axis, rank: rank) else { return }
    add(.merge(.concatenate(axis: place)), of: shapes.indices.map { .input($0) })
  }

  private mutating func average(_ inputs: [Source]) {
    _ = rescale(chain(.add, inputs), by: 1 / Double(inputs.count))
  }

  /// The first two, then the result and the next one.
  @discardableResult
  private mutating func chain(_ merge: Merge, _ inputs: [Source]) -> Source {
    inputs.dropFirst().reduce(inputs[0]) { add(.merge(merge), of: [$0, $1]) }
  }
}

extension TensorOperation {
  /// The operation with what its constant operands say; nil where another form says no more.
  ///
  /// - Throws: what the store throws.
  func withKnownOperands(_ layer: Layer, _ weights: any WeightStore) throws -> Operation? {
    guard kind == .clip, operands.first == .tensor(0) else { return nil }
    var bounds = [-Double.infinity, Double.infinity]
    for (index, operand) in operands.dropFirst().enumerated() where index < 2 {
      switch operand {
      case .absent: continue
      case .tensor: return nil
      case .weight(let shape):
        guard shape.elementCount == 1, let variable = layer.variable(.operand(index + 1)),
          let value = try variable.numbers(from: weights)?.first, !value.isNaN
        else { return nil }
        bounds[index] = value
      }
    }
    return bounds[0] <= bounds[1] ? .function(.elementwise(.clip(bounds[0]...bounds[1]))) : nil
  }
}
