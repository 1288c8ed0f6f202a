import Elements
import ModelGraph
import RealModule

extension TensorFunction {
  /// The result; nil where the inputs do not fit.
  func result<Scalar: InferenceScalar>(of inputs: [DenseArray<Scalar>]) -> DenseArray<Scalar>? {
    switch self {
    case .combination(let combination, let left, let right):
      let operands = [left, right].compactMap { operand -> DenseArray<Scalar>? in
        switch operand {
        case .number(let value): DenseArray(shape: [], values: [Scalar(value)])
        case .weight: nil
        case .tensor(let number): inputs.indices.contains(number) ? inputs[number] : nil
        }
      }
      return operands.count == 2 ? operands[0].combined(with: operands[1], combination) : nil
    case .stack(let axis):
      guard let rank = inputs.first?.rank, let place = normalizedAxis(axis, rank: rank + 1) else {
        return nil
      }
      let parts = inputs.map { $0.reshaped($0.shape[..<place] + [1] + $0.shape[place...]) }
      return DenseArray.concatenated(parts, axis: place)
    case .matrixProduct: return inputs.count == 2 ? inputs[0].matrixProduct(inputs[1]) : nil
    default: return inputs.count == 1 ? result(of: inputs[0]) : nil
    }
  }

  private func result<Scalar: InferenceScalar>(of input: DenseArray<Scalar>) -> DenseArray<Scalar>? {
    switch self {
    case .elementwise(let function): return input.applying(function)
    case .reduction(let reduction, let axes, let keepsAxes):
      return input.reduced(axes, keepsAxes: keepsAxes) { reduction.result(of: $0) }
    case .selection(let selections): return input.selected(selections)
    case .zeroPadding(let amounts): return input.zeroPadded(amounts)
    case .combination, .stack, .matrixProduct: return nil
    }
  }
}

extension TensorFunction.Reduction {
  /// Sums are made in Double, so that float32 keeps its digits over thousands of terms.
  fileprivate func result<Scalar: InferenceScalar>(of values: UnsafeBufferPointer<Scalar>) -> Scalar {
    let count = Double(values.count)
    func sum(_ term: (Double) -> Double) -> Double { values.reduce(0.0) { $0 + term(Double($1)) } }
    switch self {
    case .sum: return Scalar(sum { $0 })
    case .mean: return Scalar(sum { $0 } / count)
    case .maximum: return values.reduce(-.infinity) { max($0, $1) }
    case .minimum: return values.reduce(.infinity) { min($0, $1) }
    case .product: return values.reduce(1, *)
    case .variance, .standardDeviation:
      let mean = sum { $0 } / count
      let variance = sum { ($0 - mean) * ($0 - mean) } / count
      return Scalar(self == .variance ? variance : variance.squareRoot())
    case .norm: return Scalar(sum { $0 * $0 }.squareRoot())
    case .sumOfMagnitudes: return Scalar(sum { abs($0) })
    case .sumOfSquares: return Scalar(sum { $0 * $0 })
    case .logarithmOfSum: return Scalar(Double.log(sum { $0 }))
    case .logarithmOfSumOfExponentials:
      let largest = values.reduce(-.infinity) { max($0, $1) }
      guard largest.isFinite else { return largest }
      return largest + Scalar(Double.log(sum { Double.exp($0 - Double(largest)) }))
    }
  }
}

extension DenseArray {
  fileprivate func applying(_ function: TensorFunction.ElementFunction) -> DenseArray {
    switch function {
    case .absolute: mapped { abs($0) }
    case .negative: mapped { -$0 }
    case .square: mapped { $0 * $0 }
    case .squareRoot: mapped { .sqrt($0) }
    case .inverseSquareRoot: mapped { 1 / .sqrt($0) }
    case .reciprocal: mapped { 1 / $0 }
    case .exponential: mapped { .exp($0) }
    case .exponentialMinusOne: mapped { .expMinusOne($0) }
    case .logarithm: mapped { .log($0) }
    case .logarithmOfOnePlus: mapped { .log(onePlus: $0) }
    case .sine: mapped { .sin($0) }
    case .cosine: mapped { .cos($0) }
    case .sign: mapped { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .floor: mapped { $0.rounded(.down) }
    case .ceiling: mapped { $0.rounded(.up) }
    case .tangent: mapped { .tan($0) }
    case .arcSine: mapped { .asin($0) }
    case .arcCosine: mapped { .acos($0) }
    case .arcTangent: mapped { .atan($0) }
    case .hyperbolicSine: mapped { .sinh($0) }
    case .hyperbolicCosine: mapped { .cosh($0) }
    case .inverseHyperbolicSine: mapped { .asinh($0) }
    case .inverseHyperbolicCosine: mapped { .acosh($0) }
    case .inverseHyperbolicTangent: mapped { .atanh($0) }
    case .errorFunction: mapped { .erf($0) }
    case .not: mapped { $0 == 0 ? 1 : 0 }
    case .isNotANumber: mapped { $0.isNaN ? 1 : 0 }
    case .round: mapped { $0.rounded(.toNearestOrEven) }
    case .clip(let bounds):
      mapped { min(max($0, Scalar(bounds.lowerBound)), Scalar(bounds.upperBound)) }
    }
  }

  fileprivate func combined(with other: DenseArray, _ combination: TensorFunction.Combination) -> DenseArray?
  {
    switch combination {
    case .add: combined(with: other) { $0 + $1 }
    case .subtract: combined(with: other) { $0 - $1 }
    case .multiply: combined(with: other) { $0 * $1 }
    case .divide: combined(with: other) { $0 / $1 }
    case .maximum: combined(with: other) { max($0, $1) }
    case .minimum: combined(with: other) { min($0, $1) }
    case .power: combined(with: other) { $1 == 2 ? $0 * $0 : Self.power($0, $1) }
    case .remainder(let hasDividendSign):
      combined(with: other) {
        let rest = $0.truncatingRemainder(dividingBy: $1)
        return hasDividendSign || rest == 0 || (rest < 0) == ($1 < 0) ? rest : rest + $1
      }
    case .equal: combined(with: other) { $0 == $1 ? 1 : 0 }
    case .less: combined(with: other) { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: combined(with: other) { $0 <= $1 ? 1 : 0 }
    case .greater: combined(with: other) { $0 > $1 ? 1 : 0 }
    case .greaterOrEqual: combined(with: other) { $0 >= $1 ? 1 : 0 }
    case .and: combined(with: other) { $0 != 0 && $1 != 0 ? 1 : 0 }
    case .or: combined(with: other) { $0 != 0 || $1 != 0 ? 1 : 0 }
    case .exclusiveOr: combined(with: other) { ($0 != 0) != ($1 != 0) ? 1 : 0 }
    }
  }

  /// As C's `pow`: RealModule's has no result for a negative base, even where the exponent is an integer.
  private static func power(_ base: Scalar, _ exponent: Scalar) -> Scalar {
    if let integer = Int(exactly: exponent) { return .pow(base, integer) }
    return .pow(base, exponent)
  }

  fileprivate func selected(_ selections: [TensorFunction.Selection]) -> DenseArray? {
    guard let all = TensorFunction.expanded(selections, rank: rank) else { return nil }
    var result = self
    var axis = 0
    var shape: Shape = []
    for selection in all {
      switch selection {
      case .newAxis: shape.append(1)
      case .ellipsis: return nil
      case .index(let index):
        guard let place = normalizedAxis(index, rank: self.shape[axis]) else { return nil }
        result = result.taking([place], of: axis)
        axis += 1
      case .range(let start, let stop, let step):
        let positions = TensorFunction.positions(of: start, stop, step, size: self.shape[axis])
        if positions.count != self.shape[axis] { result = result.taking(Array(positions.all), of: axis) }
        shape.append(positions.count)
        axis += 1
      }
    }
    return result.reshaped(shape)
  }

  /// The array with some positions of an axis only.
  private func taking(_ positions: [Int], of axis: Int) -> DenseArray {
    let inner = shape[(axis + 1)...].reduce(1, *)
    var newShape = shape
    newShape[axis] = positions.count
    var result: [Scalar] = []
    result.reserveCapacity(newShape.elementCount)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for position in positions {
        let start = (outer * shape[axis] + position) * inner
        result += values[start..<start + inner]
      }
    }
    return DenseArray(shape: newShape, values: result)
  }

  fileprivate func zeroPadded(_ amounts: [EdgeAmounts]) -> DenseArray? {
    guard amounts.count == rank else { return nil }
    var result = self
    for (axis, amount) in amounts.enumerated() where amount != EdgeAmounts(before: 0, after: 0) {
      let parts = [(amount.before, result), (amount.after, result)].map { size, array in
        var shape = array.shape
        shape[axis] = size
        return DenseArray(repeating: 0, shape: shape)
      }
      guard let joined = DenseArray.concatenated([parts[0], result, parts[1]], axis: axis) else { return nil }
      result = joined
    }
    return result
  }
}
