import Elements
import ModelGraph

/// An operator in the form that its spellings have in common, as far as the shapes of its tensors are known.
struct CanonicalOperator {
  var operation: Operation
  private(set) var variables: [Variable]
  /// Which inputs of the call it reads.
  private(set) var inputs: [Int]
  /// Zeros that it puts beside what it reads, before it does anything else.
  var padding: [EdgeAmounts]?
  /// Whether the sizes of a reshape are those of its result, whatever the shape of its input.
  private(set) var isWrittenOut = false

  /// - Parameters:
  ///   - layer: the operator and its weights.
  ///   - shapes: of the inputs, as far as they are known.
  ///   - elementType: of the first input.
  ///   - output: the shape of the first result.
  ///   - outputType: the element type of the first result.
  init(
    _ layer: Layer, inputs shapes: [PartialShape?], elementType: ElementType?, output: PartialShape?,
    outputType: ElementType?
  ) {
    operation = layer.operation.canonical
    variables = layer.variables ?? []
    inputs = Array(shapes.indices)
    guard layer.configuration == nil else { return }
    let input = shapes.first ?? nil
    switch operation {
    case .activation(.linear): operation = .identity
    case .tensor(let tensor):
      switch tensor.kind {
      case .cast where elementType != nil && elementType == outputType: operation = .identity
      case .sum where shapes.count == 1, .mean where shapes.count == 1, .maximum where shapes.count == 1,
        .minimum where shapes.count == 1:
        if tensor.operands == [.tensor(0)] { operation = .identity }
      case .reshape, .squeeze, .unsqueeze:
        guard tensor.operands.first == .tensor(0), tensor.hasVectors(shapes) else { return }
        let isReshape = if case .reshape = tensor.kind { true } else { false }
        reshape(input, to: output, keepsSizes: !isReshape)
      case .expand:
        guard tensor.operands.first == .tensor(0), tensor.hasVectors(shapes), let input, let output else {
          return
        }
        if !input.contains(nil), input == output { (operation, inputs, variables) = (.identity, [0], []) }
      default: break
      }
    case .reshape(.flattenWithChannelsLast): break
    case .reshape(.sizes): reshape(input, to: output, keepsSizes: false)
    case .reshape: reshape(input, to: output, keepsSizes: true)
    case .transpose(let transposition): transpose(transposition, input, output)
    case .merge(.concatenate) where shapes.count == 1: operation = .identity
    case .function(let function): rewrite(function, input, output)
    case .convolution(let convolution): pad(convolution, input)
    case .pooling(let pooling): operation = .pooling(pooling.writtenOut(input))
    case .cropping(let amounts, let format): crop(amounts, format, input)
    default: break
    }
  }

  // MARK: - Shapes

  /// A reshape by the sizes of its result, one of which may be unknown.
  ///
  /// - Parameter keepsSizes: whether the sizes other than 1 have to be those of the input, as those of Squeeze.
  private mutating func reshape(_ input: PartialShape?, to output: PartialShape?, keepsSizes: Bool) {
    guard let input, let output, input.hasSameCount(as: output, keepsSizes: keepsSizes) else { return }
    if input.isSame(as: output) {
      (operation, inputs, variables) = (.identity, [0], [])
    } else if let reshape = Self.reshape(to: output) {
      (operation, inputs, variables, isWrittenOut) = (reshape, [0], [], true)
    }
  }

  /// A reshape by the sizes of its result; nil where more than one is unknown.
  static func reshape(to output: PartialShape) -> Operation? {
    guard output.filter({ $0 == nil }).count <= 1, !output.contains(0) else { return nil }
    return .reshape(.sizes(output.map { $0.map { .number($0) } ?? .rest }))
  }

  /// Axes of size 1 are in any place what they are.
  private mutating func transpose(
    _ transposition: Transposition, _ input: PartialShape?, _ output: PartialShape?
  ) {
    guard let input, let order = transposition.order(rank: input.count) else { return }
    if order.elementsEqual(input.indices) {
      operation = .identity
      return
    }
    operation = .transpose(Transposition(axes: order))
    let moved = order.filter { input[$0] != 1 }
    if moved == moved.sorted() { reshape(input, to: output, keepsSizes: true) }
  }

  // MARK: - Functions

  private mutating func rewrite(
    _ function: TensorFunction, _ input: PartialShape?, _ output: PartialShape?
  ) {
    switch function {
    case .reduction(.sum, let axes, _), .reduction(.mean, let axes, _), .reduction(.maximum, let axes, _),
      .reduction(.minimum, let axes, _), .reduction(.product, let axes, _):
      // One element is its own sum.
      guard let input, let places = TensorFunction.places(axes, rank: input.count),
        places.allSatisfy({ input[$0] == 1 })
      else { return }
      reshape(input, to: output, keepsSizes: true)
    case .selection(let selections):
      if selections.allSatisfy({ $0.isWhole }) {
        operation = .identity
      } else if let input {
        operation = .function(.selection(selections.writtenOut(input)))
      }
    case .zeroPadding(let amounts): pad(amounts)
    case .combination(let kind, let left, let right): combine(kind, left, right, input)
    default: return
    }
  }

  /// What is left between the ends of the spatial axes.
  private mutating func crop(_ amounts: [EdgeAmounts], _ format: DataFormat, _ input: PartialShape?) {
    guard let input, input.count == amounts.count + 2 else { return }
    var selections = [TensorFunction.Selection](
      repeating: .range(start: nil, stop: nil, step: 1), count: input.count)
    for (axis, amount) in amounts.enumerated() {
      selections[axis + format.firstSpatialAxis] = .cropped(amount)
    }
    operation = .function(.selection(selections.writtenOut(input)))
  }

  /// Zeros beside the spatial axes, as a layer has them.
  private mutating func pad(_ amounts: [EdgeAmounts]) {
    let areNone = amounts.map { $0.before == 0 && $0.after == 0 }
    if areNone.allSatisfy({ $0 }) {
      operation = .identity
    } else if (3...5).contains(amounts.count), areNone[0], areNone[1] {
      operation = .zeroPadding(amounts: Array(amounts.dropFirst(2)), dataFormat: .channelsFirst)
    } else if (3...5).contains(amounts.count), areNone[0], areNone[amounts.count - 1] {
      operation = .zeroPadding(amounts: Array(amounts[1..<amounts.count - 1]), dataFormat: .channelsLast)
    }
  }

  /// The tensor before the weight where the order does not matter, and the weight without axes of size 1 in front.
  private mutating func combine(
    _ kind: TensorFunction.Combination, _ left: TensorFunction.Operand, _ right: TensorFunction.Operand,
    _ input: PartialShape?
  ) {
    let (position, shape, isFirst): (Int, Shape, Bool)
    switch (left, right) {
    case (.tensor(0), .weight(let place, let size)): (position, shape, isFirst) = (place, size, false)
    case (.weight(let place, let size), .tensor(0)): (position, shape, isFirst) = (place, size, true)
    default: return
    }
    guard let rank = input?.count, rank >= shape.count,
      let index = variables.firstIndex(where: { $0.role == .operand(position) })
    else { return }
    let least = Shape(shape.drop { $0 == 1 })
    let place = isFirst && !kind.isCommutative ? 0 : 1
    variables[index].role = .operand(place)
    variables[index].shape = least
    let weight = TensorFunction.Operand.weight(place, least)
    operation = .function(
      place == 0 ? .combination(kind, weight, .tensor(0)) : .combination(kind, .tensor(0), weight))
  }

  // MARK: - Convolutions

  /// A convolution without padding, and the zeros before it.
  private mutating func pad(_ convolution: Convolution, _ input: PartialShape?) {
    if case .transposed(let outputPadding, let groups) = convolution.kind {
      return crop(convolution, outputPadding, groups: groups)
    }
    guard case .regular = convolution.kind else { return }
    var convolution = convolution
    let rank = convolution.kernelSize.count
    guard
      let amounts = convolution.padding.writtenOut(
        input?.spatial(convolution.dataFormat, rank: rank),
        windows: (0..<rank).map { convolution.window(axis: $0) })
    else { return }
    convolution.padding = .none(rank: rank)
    operation = .convolution(convolution)
    if amounts.contains(where: { $0.before > 0 || $0.after > 0 }) { padding = amounts }
  }

  /// A transposed convolution with the numbers of what is cut off: what is added at an end is that much less.
  private mutating func crop(_ convolution: Convolution, _ outputPadding: [Int], groups: Int) {
    var convolution = convolution
    var added: [Int] = []
    let amounts = outputPadding.indices.map { axis in
      let window = convolution.window(axis: axis)
      let crop = window.transposedCrop(
        padding: convolution.padding, axis: axis, outputPadding: outputPadding[axis])
      let both = min(crop.after, outputPadding[axis])
      added.append(outputPadding[axis] - both)
      return EdgeAmounts(before: crop.before, after: crop.after - both)
    }
    convolution.kind = .transposed(outputPadding: added, groups: groups)
    convolution.padding = .explicit(amounts)
    operation = .convolution(convolution)
  }
}

extension Array where Element == Int? {
  /// Whether tensors of the one shape have as many elements as those of the other, whatever the unknown sizes are.
  ///
  /// - Parameter keepsSizes: whether each unknown size has to be one of the other shape's.
  func hasSameCount(as other: PartialShape, keepsSizes: Bool) -> Bool {
    guard let known = compactMap({ $0 }).checkedElementCount,
      let second = other.compactMap({ $0 }).checkedElementCount, known > 0, second > 0
    else { return false }
    let (unknown, rest) = (filter { $0 == nil }.count, other.filter { $0 == nil }.count)
    if keepsSizes || rest == 0 { return known == second && unknown == rest }
    // What is left is a whole number, whatever the unknown sizes are.
    return rest == 1 && known % second == 0
  }

  /// Whether two shapes of tensors with the same elements are the same: one size may be unknown.
  func isSame(as other: PartialShape) -> Bool {
    self == other && filter { $0 == nil }.count <= 1 && !contains(0)
  }
}

extension TensorOperation {
  /// Whether all operands but the first one have one axis, as sizes and axes have.
  fileprivate func hasVectors(_ shapes: [PartialShape?]) -> Bool {
    operands.dropFirst().allSatisfy { operand in
      switch operand {
      case .tensor(let number): shapes.indices.contains(number) && shapes[number]?.count == 1
      case .weight(let shape): shape.count == 1
      case .absent: true
      }
    }
  }
}

extension TensorFunction.Selection {
  fileprivate var isWhole: Bool {
    switch self {
    case .range(let start, let stop, 1): (start ?? 0) == 0 && (stop ?? .max) >= 1 << 40 - 1
    case .ellipsis: true
    case .range, .index, .newAxis: false
    }
  }
}

extension TensorFunction.Combination {
  /// Whether the order of the operands does not matter.
  var isCommutative: Bool {
    switch self {
    case .add, .multiply, .maximum, .minimum, .equal, .and, .or, .exclusiveOr: true
    case .subtract, .divide, .power, .remainder, .less, .lessOrEqual, .greater, .greaterOrEqual: false
    }
  }
}
