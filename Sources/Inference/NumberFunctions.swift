import Elements
import ModelGraph
import RealModule

extension DenseArray {
  /// A function of each element.
  func applying(_ function: TensorFunction.ElementFunction, sharing: WorkSharing) -> TensorValue<Scalar> {
    func numbers(_ function: @escaping @Sendable (Scalar) -> Scalar) -> TensorValue<Scalar> {
      .numbers(DenseArray(shape: shape, values: values.mapped(sharing: sharing, function)))
    }
    func truth(_ function: @escaping @Sendable (Scalar) -> Int64) -> TensorValue<Scalar> {
      .integers(
        IntegerArray(shape: shape, values: values.mapped(sharing: sharing, function), type: .boolean))
    }
    switch function {
    case .absolute: return numbers { abs($0) }
    case .negative: return numbers { -$0 }
    case .square: return numbers { $0 * $0 }
    case .squareRoot: return numbers { .sqrt($0) }
    case .inverseSquareRoot: return numbers { 1 / .sqrt($0) }
    case .reciprocal: return numbers { 1 / $0 }
    case .exponential: return numbers { .exp($0) }
    case .exponentialMinusOne: return numbers { .expMinusOne($0) }
    case .logarithm: return numbers { .log($0) }
    case .logarithmOfOnePlus: return numbers { .log(onePlus: $0) }
    case .sine: return numbers { .sin($0) }
    case .cosine: return numbers { .cos($0) }
    case .sign: return numbers { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .floor: return numbers { $0.rounded(.down) }
    case .ceiling: return numbers { $0.rounded(.up) }
    case .tangent: return numbers { .tan($0) }
    case .arcSine: return numbers { .asin($0) }
    case .arcCosine: return numbers { .acos($0) }
    case .arcTangent: return numbers { .atan($0) }
    case .hyperbolicSine: return numbers { .sinh($0) }
    case .hyperbolicCosine: return numbers { .cosh($0) }
    case .inverseHyperbolicSine: return numbers { .asinh($0) }
    case .inverseHyperbolicCosine: return numbers { .acosh($0) }
    case .inverseHyperbolicTangent: return numbers { .atanh($0) }
    case .errorFunction: return numbers { .erf($0) }
    case .not: return truth { $0 == 0 ? 1 : 0 }
    case .isNotANumber: return truth { $0.isNaN ? 1 : 0 }
    case .round: return numbers { $0.rounded(.toNearestOrEven) }
    case .clip(let bounds):
      let (lowest, highest) = (Scalar(bounds.lowerBound), Scalar(bounds.upperBound))
      return numbers { $0.clipped(from: lowest, to: highest) }
    }
  }
}

extension TensorFunction.Combination {
  /// Two arrays of numbers combined element by element.
  func result<Scalar: InferenceScalar>(
    of left: DenseArray<Scalar>, _ right: DenseArray<Scalar>, _ broadcast: Broadcast, _ sharing: WorkSharing
  ) -> TensorValue<Scalar> {
    func numbers(_ function: @escaping @Sendable (Scalar, Scalar) -> Scalar) -> TensorValue<Scalar> {
      .numbers(
        DenseArray(
          shape: broadcast.shape,
          values: broadcast.elements(left.values, right.values, sharing: sharing, function)))
    }
    func truth(_ function: @escaping @Sendable (Scalar, Scalar) -> Int64) -> TensorValue<Scalar> {
      .integers(
        IntegerArray(
          shape: broadcast.shape,
          values: broadcast.elements(left.values, right.values, sharing: sharing, function), type: .boolean))
    }
    switch self {
    case .add: return numbers { $0 + $1 }
    case .subtract: return numbers { $0 - $1 }
    case .multiply: return numbers { $0 * $1 }
    case .divide: return numbers { $0 / $1 }
    // What is no number stays none, as in NumPy.
    case .maximum: return numbers { .larger($0, $1) }
    case .minimum: return numbers { .smaller($0, $1) }
    case .power: return numbers { $1 == 2 ? $0 * $0 : Self.power($0, $1) }
    case .remainder(let hasDividendSign):
      return numbers {
        let rest = $0.truncatingRemainder(dividingBy: $1)
        return hasDividendSign || rest == 0 || (rest < 0) == ($1 < 0) ? rest : rest + $1
      }
    case .equal: return truth { $0 == $1 ? 1 : 0 }
    case .less: return truth { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: return truth { $0 <= $1 ? 1 : 0 }
    case .greater: return truth { $0 > $1 ? 1 : 0 }
    case .greaterOrEqual: return truth { $0 >= $1 ? 1 : 0 }
    case .and: return truth { $0 != 0 && $1 != 0 ? 1 : 0 }
    case .or: return truth { $0 != 0 || $1 != 0 ? 1 : 0 }
    case .exclusiveOr: return truth { ($0 != 0) != ($1 != 0) ? 1 : 0 }
    }
  }

  /// As C's `pow`: RealModule's has no result for a negative base, even where the exponent is an integer.
  private static func power<Scalar: InferenceScalar>(_ base: Scalar, _ exponent: Scalar) -> Scalar {
    if let integer = Int(exactly: exponent) { return .pow(base, integer) }
    return .pow(base, exponent)
  }
}
