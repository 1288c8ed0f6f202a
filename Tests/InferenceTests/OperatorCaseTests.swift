import Bytes
import Elements
import Inference
import ModelGraph
import Testing

/// Operators compute what the node tests of the onnx package say.
@Suite struct OperatorCaseTests {
  @Test(arguments: OperatorCase.all) func `an operator in float64`(_ example: OperatorCase) throws {
    try check(example, as: Double.self)
  }

  @Test(arguments: OperatorCase.all) func `an operator in float32`(_ example: OperatorCase) throws {
    try check(example, as: Float.self)
  }

  private func check<Scalar: InferenceScalar>(_ example: OperatorCase, as: Scalar.Type) throws {
    guard let operation = example.layerOperation else { return }
    let layer = Layer(name: "layer", className: "Layer", operation: operation)
    let inputs = example.operands.compactMap { $0?.value(as: Scalar.self) }
    let found = try GraphEvaluator<Scalar>(weights: NoWeights()).evaluate(layer, inputs).values
    try checkShapes(example, operation, found.map(\.shape))
    for (number, expected) in example.results.enumerated() {
      guard let expected else { continue }
      let value = found[number]
      #expect(value.shape == expected.shape)
      switch value {
      case .integers(let array):
        #expect(array.type == expected.type)
        #expect(array.values.map { Double($0) } == expected.values)
      case .numbers(let array):
        try #require(expected.type.isFloatingPoint)
        let tolerance = expected.type == .float16 ? 2e-3 : 1e-4
        for (found, expected) in zip(array.values, expected.values) where Double(found) != expected {
          #expect(found.isNaN == expected.isNaN)
          if !expected.isNaN { #expect(abs(Double(found) - expected) <= tolerance * max(1, abs(expected))) }
        }
      }
    }
  }

  /// Shapes that are derived before the model runs are those of the results.
  private func checkShapes(_ example: OperatorCase, _ operation: Operation, _ found: [Shape]) throws {
    guard case .tensor(let operation) = operation else { return }
    let derived = operation.outputShapes(
      operands: example.operands.map { $0.map { array in array.shape.map { $0 } } },
      values: example.operands.map { operand in
        operand.flatMap { $0.type.isFloatingPoint ? nil : $0.value(as: Double.self).integers?.values }
      })
    try #require(derived.count == found.count)
    for (derived, found) in zip(derived, found) {
      let shape = try #require(derived)
      #expect(shape.admits(found))
      if !example.hasUnknownSizes { #expect(!shape.contains(nil)) }
    }
  }
}

extension OperatorCase {
  /// Whether the sizes of the result depend on floating-point numbers, or on what is not 0.
  fileprivate var hasUnknownSizes: Bool {
    ["NonZero", "OneHot", "Range", "Resize"].contains(operation)
  }

  /// As a layer has it; nil for a convolution, which is tested elsewhere.
  var layerOperation: Operation? {
    if let function { return .function(function) }
    var inputs = 0
    let operands = operands.map { array -> TensorOperation.Operand in
      guard array != nil else { return .absent }
      defer { inputs += 1 }
      return .tensor(inputs)
    }
    let count = (results.lastIndex { $0 != nil } ?? 0) + 1
    return tensorOperator.map { .tensor(TensorOperation($0, operands: operands, outputCount: count)) }
  }
}
