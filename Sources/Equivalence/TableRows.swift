import Elements
import ModelGraph

extension Graph {
  /// The number of rows of the smallest table that is read by the elements of an input; nil if none is.
  func rows(readBy input: TensorReference) -> Int? {
    // Tensors with the same elements in other shapes.
    var tensors: Set<TensorReference> = [input]
    var least: Int?
    for (index, call) in calls.enumerated() where call.inputs.contains(where: tensors.contains) {
      switch layers[call.layer].operation {
      case .embedding(let embedding): least = min(least ?? .max, embedding.vocabularySize)
      case .identity, .reshape, .transpose, .function(.selection):
        tensors.insert(TensorReference(call: index))
      case .tensor(let operation):
        if let rows = operation.rows(ofTableReadBy: { tensors.contains(call.inputs[$0]) }) {
          least = min(least ?? .max, rows)
        } else if operation.keepsElements, call.inputs.first.map(tensors.contains) == true {
          tensors.insert(TensorReference(call: index))
        }
      default: continue
      }
    }
    return least.flatMap { $0 > 0 ? $0 : nil }
  }
}

extension TensorOperation {
  /// The number of rows of a constant table, where indices are an input; nil for any other operator.
  ///
  /// - Parameter isIndex: whether an input of the call has the indices.
  fileprivate func rows(ofTableReadBy isIndex: (Int) -> Bool) -> Int? {
    guard case .gather(let axis) = kind, operands.count == 2, case .weight(let shape) = operands[0],
      case .tensor(let number) = operands[1], isIndex(number),
      let place = normalizedAxis(axis, rank: shape.count)
    else { return nil }
    return shape[place]
  }

  /// Whether the result has elements of the first operand, and no others.
  fileprivate var keepsElements: Bool {
    switch kind {
    case .cast(let type): !type.isFloatingPoint
    case .reshape, .squeeze, .unsqueeze, .expand, .slice, .tile: operands.first == .tensor(0)
    default: false
    }
  }
}
