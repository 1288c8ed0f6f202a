import ModelGraph

/// The models inside a graph of which a condition decides whether they run.
struct ConditionalBranches {
  /// For each call of one the tensor with the condition, and what it has to be.
  private var conditions: [Int: (condition: TensorReference, isTaken: Bool)] = [:]

  init(of graph: Graph) {
    var readers: [Int: Int] = [:]
    for call in graph.calls { for input in Set(call.inputs.map(\.call)) { readers[input, default: 0] += 1 } }
    let outputs = Set(graph.outputs.map(\.call))
    for call in graph.calls {
      guard case .tensor(let operation) = graph.layers[call.layer].operation, operation.kind == .conditional,
        case .tensor(let condition)? = operation.operands.first
      else { continue }
      for (position, operand) in operation.operands.enumerated().dropFirst() {
        guard case .tensor(let input) = operand else { continue }
        let branch = call.inputs[input].call
        guard graph.layers[graph.calls[branch].layer].body != nil, readers[branch] == 1,
          !outputs.contains(branch)
        else { continue }
        conditions[branch] = (call.inputs[condition], position <= operation.outputCount)
      }
    }
  }

  /// Whether the results of a call are not needed, as far as is known when it is its turn.
  func isSkipped<Scalar>(_ call: Int, _ results: inout PendingResults<Scalar>) -> Bool {
    guard let (condition, isTaken) = conditions[call],
      let value = results.peek([condition])?.first?.integers?.values, value.count == 1
    else { return false }
    return (value[0] != 0) != isTaken
  }
}
