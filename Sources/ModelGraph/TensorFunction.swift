import Elements

/// A function that stands in a graph as layers do; its axes count the batch.
///
/// Source: keras/src/ops; the operation layers of tf_keras in tf_keras/src/layers/core/tf_op_layer.py.
public enum TensorFunction: Sendable, Hashable {
  /// A function of each element.
  case elementwise(ElementFunction)
  /// Two operands combined element by element, sizes of 1 being repeated as NumPy does.
  case combination(Combination, Operand, Operand)
  /// One number for all elements along some axes; nil for all axes.
  case reduction(Reduction, axes: [Int]?, keepsAxes: Bool)
  /// A part of the tensor, an entry for each axis from the front.
  case selection([Selection])
  /// Joins tensors along a new axis.
  case stack(axis: Int)
  /// Zeros around each axis.
  case zeroPadding([EdgeAmounts])
  /// The product of matrices in the last two axes, the axes before them repeated as NumPy does.
  case matrixProduct

  /// A function of one number.
  public enum ElementFunction: Sendable, Hashable {
    case absolute, negative, square, squareRoot, inverseSquareRoot, reciprocal
    case exponential, exponentialMinusOne, logarithm, logarithmOfOnePlus
    case sine, cosine, sign, floor, ceiling
    case tangent, arcSine, arcCosine, arcTangent
    case hyperbolicSine, hyperbolicCosine, inverseHyperbolicSine, inverseHyperbolicCosine,
      inverseHyperbolicTangent
    case errorFunction
    /// Of a number or a truth value.
    case not, isNotANumber
    /// To the nearest integer, halves to even.
    case round
    case clip(ClosedRange<Double>)
  }

  /// How two numbers become one.
  public enum Combination: Sendable, Hashable {
    case add, subtract, multiply, divide, maximum, minimum, power
    /// What a division leaves, with the sign of the divisor as in Python, or of the dividend as in C.
    case remainder(hasDividendSign: Bool)
    /// Truth values.
    case equal, less, lessOrEqual, greater, greaterOrEqual
    case and, or, exclusiveOr
  }

  /// What is combined.
  public enum Operand: Sendable, Hashable {
    /// An input of the call, by its number.
    case tensor(Int)
    case number(Double)
    /// A weight of the layer, with the role of the operand at this position.
    case weight(Int, Shape)
  }

  /// How many numbers become one; variance and deviation divide by the number of elements.
  public enum Reduction: Sendable, Hashable {
    case sum, mean, maximum, minimum, product, variance, standardDeviation
    case norm, sumOfMagnitudes, sumOfSquares, logarithmOfSum, logarithmOfSumOfExponentials
  }

  /// What is taken of an axis.
  public enum Selection: Sendable, Hashable {
    /// As Python's slices; the step is positive.
    case range(start: Int?, stop: Int?, step: Int)
    /// One element, whose axis goes; negative from the end.
    case index(Int)
    /// An axis of size 1 that was not there.
    case newAxis
    /// As many whole axes as there are left.
    case ellipsis
  }
}

extension TensorFunction {
  /// The shape of the result; nil where it cannot be derived.
  public func outputShape(inputs: [PartialShape?]) -> PartialShape? {
    switch self {
    case .combination(_, let left, let right):
      return Self.broadcast(
        [left, right].map { operand in
          switch operand {
          case .tensor(let number): inputs.indices.contains(number) ? inputs[number] : nil
          case .number: []
          case .weight(_, let shape): shape.map { $0 }
          }
        })
    case .stack(let axis):
      guard let first = inputs.first, var shape = first,
        let place = normalizedAxis(axis, rank: shape.count + 1)
      else { return nil }
      shape.insert(inputs.count, at: place)
      return shape
    case .matrixProduct:
      guard inputs.count == 2, let left = inputs[0], let right = inputs[1], left.count > 1, right.count > 1,
        let outer = Self.broadcast([PartialShape(left.dropLast(2)), PartialShape(right.dropLast(2))])
      else { return nil }
      return outer + [left[left.count - 2], right[right.count - 1]]
    default:
      guard inputs.count == 1, let input = inputs[0] else { return nil }
      return outputShape(input: input)
    }
  }

  private func outputShape(input: PartialShape) -> PartialShape? {
    switch self {
    case .elementwise: return input
    case .reduction(_, let axes, let keepsAxes):
      guard let places = Self.places(axes, rank: input.count) else { return nil }
      return input.indices.compactMap { axis in
        places.contains(axis) ? (keepsAxes ? .some(1) : nil) : .some(input[axis])
      }
    case .selection(let selections): return Self.selected(input, by: selections)
    case .zeroPadding(let amounts):
      guard amounts.count == input.count else { return nil }
      return zip(input, amounts).map { size, amount in size.map { $0 + amount.before + amount.after } }
    case .combination, .stack, .matrixProduct: return nil
    }
  }

  /// The shape that NumPy gives to operands of these shapes.
  static func broadcast(_ shapes: [PartialShape?]) -> PartialShape? {
    let known = shapes.compactMap { $0 }
    guard known.count == shapes.count, let rank = known.map(\.count).max() else { return nil }
    let aligned = known.map { PartialShape(repeating: 1, count: rank - $0.count) + $0 }
    return (0..<rank).map { axis in broadcastSize(aligned.map { $0[axis] }) }
  }

  /// The size that NumPy gives to axes of these sizes; nil where it is unknown, or where they do not go together.
  static func broadcastSize(_ sizes: [Int?]) -> Int? {
    let others = sizes.filter { $0 != 1 }
    let known = Set(others.compactMap { $0 })
    return others.isEmpty ? 1 : known.count == 1 ? known.first : nil
  }

  /// Axes from the front; nil where one of them does not exist or is there twice.
  public static func places(_ axes: [Int]?, rank: Int) -> Set<Int>? {
    guard let axes else { return Set(0..<rank) }
    let places = Set(axes.compactMap { normalizedAxis($0, rank: rank) })
    return places.count == axes.count ? places : nil
  }

  /// The selections written out, one for each axis of the input and each new one; nil where there are too many.
  public static func expanded(_ selections: [Selection], rank: Int) -> [Selection]? {
    let whole = Selection.range(start: nil, stop: nil, step: 1)
    let taken = selections.filter { $0 != .newAxis && $0 != .ellipsis }.count
    guard taken <= rank, selections.filter({ $0 == .ellipsis }).count <= 1 else { return nil }
    let rest = [Selection](repeating: whole, count: rank - taken)
    guard let place = selections.firstIndex(of: .ellipsis) else { return selections + rest }
    return selections[..<place] + rest + selections[(place + 1)...]
  }

  private static func selected(_ input: PartialShape, by selections: [Selection]) -> PartialShape? {
    guard let all = expanded(selections, rank: input.count) else { return nil }
    var axis = 0
    var result: PartialShape = []
    for selection in all {
      switch selection {
      case .newAxis: result.append(1)
      case .ellipsis: return nil
      case .index: axis += 1
      case .range(let start, let stop, let step):
        result.append(input[axis].map { positions(of: start, stop, step, size: $0).count })
        axis += 1
      }
    }
    return result
  }

  /// The positions that a slice of Python takes of an axis.
  public static func positions(of start: Int?, _ stop: Int?, _ step: Int, size: Int) -> SlicePositions {
    func bounded(_ position: Int) -> Int { min(max(position < 0 ? position + size : position, 0), size) }
    return SlicePositions(
      first: start.map(bounded) ?? 0, end: stop.map(bounded) ?? size, step: step)
  }
}

/// Positions at the same distance from each other.
public struct SlicePositions: Sendable, Hashable {
  public let first: Int
  /// Behind the last position.
  public let end: Int
  public let step: Int

  public var count: Int { end > first ? (end - first - 1) / step + 1 : 0 }

  public var all: StrideTo<Int> { stride(from: first, to: end, by: step) }
}
