import Elements
import Inference
import ModelGraph

extension ConstantStore {
  /// A result of a layer that reads constants alone.
  enum Result {
    case numbers([Double], Shape)
    case integers([UInt8], ElementType, Shape)
  }

  /// Runs a layer on constants.
  ///
  /// - Throws: `EvaluationError` for a layer that is not run or shapes that do not fit, or what reading the constants throws.
  func run<Scalar: InferenceScalar>(
    _ layer: Layer, on constants: [ConstantTable.Constant], as: Scalar.Type
  ) throws -> [Result] {
    let evaluator = GraphEvaluator<Scalar>(weights: self)
    let inputs = try constants.map { constant in
      var layer = Layer(
        name: "", className: "",
        operation: .tensor(TensorOperation(.constant, operands: [.weight(constant.shape)])))
      layer.variables = [constant.variable(.operand(0), named: "")]
      return try evaluator.evaluate(layer, [TensorValue<Scalar>]()).values[0]
    }
    return try evaluator.evaluate(layer, inputs, isOperator: true).values.map { value in
      switch value {
      case .numbers(let array): .numbers(array.values.map { Double($0) }, array.shape)
      case .integers(let array): .integers(array.bytes, array.type, array.shape)
      }
    }
  }
}
