import Elements
import ModelGraph

extension Graph {
  /// The integer type, or that of truth values, that an input keeps; nil for one whose values are numbers.
  public func exactType(ofInput input: TensorReference) -> ElementType? {
    guard isOperatorGraph, case .input(_, let name) = layers[calls[input.call].layer].operation,
      let type = ElementType(named: "\(name)"), type.isExact
    else { return nil }
    return type
  }

  /// A value that the caller gives for an input, as the calls of this graph are to see it.
  ///
  /// - Throws: `EvaluationError` where a number is given for an integer that is not one.
  func entering<Scalar: InferenceScalar>(
    _ value: TensorValue<Scalar>, at input: TensorReference
  ) throws(EvaluationError) -> TensorValue<Scalar> {
    if case .input(_, Operation.anyElementType) = layers[calls[input.call].layer].operation { return value }
    guard let type = exactType(ofInput: input) else { return .numbers(value.numbers) }
    guard let integers = value.integers else {
      throw EvaluationError(
        .shape("it is given numbers that are not of the type \(type)"),
        layer: layers[calls[input.call].layer].name)
    }
    return .integers(integers.converted(to: type))
  }
}

extension Operation {
  /// Whether its results are numbers for these inputs, rather than integers or truth values.
  func givesNumbers<Scalar>(of inputs: [TensorValue<Scalar>]) -> Bool {
    switch self {
    case .dense, .convolution, .einsumDense, .batchNormalization: return true
    case .tensor, .model: return false
    case .function(.combination(let combination, _, _)) where combination.givesTruth: return false
    case .function(.elementwise(let function)) where function.givesTruth: return false
    default: return inputs.allSatisfy { !$0.isExact }
    }
  }
}
