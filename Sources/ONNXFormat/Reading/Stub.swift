import Elements
import ModelGraph
extension TensorOperation {
  func outputShapes(operands: [PartialShape?], values: [[Int64]?]) -> [PartialShape?] {
    var inputs: [PartialShape?] = []
    for (position, operand) in self.operands.enumerated() {
      if case .tensor(let n) = operand { while inputs.count <= n { inputs.append(nil) }; inputs[n] = operands[position] }
    }
    return [outputShape(inputs: inputs)] + [PartialShape?](repeating: nil, count: outputCount - 1)
  }
}
