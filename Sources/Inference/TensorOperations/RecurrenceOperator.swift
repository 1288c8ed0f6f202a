import Elements
import ModelGraph

/// Recurrent layers with the directions on the first axis of their kernels.
///
/// Source: ONNX operator specification, RNN, GRU and LSTM.
extension TensorEvaluator {
  /// The results of all steps, the last states and, for a cell that has them, the last memories.
  func run(_ recurrence: Recurrence) throws -> [Value] {
    let directions = recurrence.direction == .bidirectional ? 2 : 1
    let (hidden, width) = (recurrence.hiddenSize, recurrence.gates * recurrence.hiddenSize)
    let given = try numbers(0)
    guard given.rank == 3, (1...largestAxis).contains(hidden) else { throw misfit(given.shape) }
    let input = recurrence.isBatchFirst ? given.transposed([1, 0, 2]) : given
    let (steps, batch) = (input.shape[0], input.shape[1])
    try host.checkSize([steps, directions, batch, width])
    let lengths = try optionalIntegers(4) ?? [Int](repeating: steps, count: batch)
    guard lengths.count == batch, lengths.allSatisfy({ (0...steps).contains($0) }) else {
      throw shape("its lengths are \(lengths) for \(batch) sequences of \(steps) steps")
    }
    let activations = recurrence.activations.count
    guard activations == directions * recurrence.activationCount else {
      throw shape("it has \(activations) activations for \(directions) directions")
    }
    let kernels = try part(1, shape: [directions, width, input.shape[2]])
    let recurrentKernels = try part(2, shape: [directions, width, hidden])
    let biases = try optional(3).map { _ in try part(3, shape: [directions, 2 * width]) }
    let states = try state(5, recurrence, [directions, batch, hidden])
    let memories = try state(6, recurrence, [directions, batch, hidden])
    let peepholes = try optional(7).map { _ in try part(7, shape: [directions, 3 * hidden]) }
    var (results, lastStates, lastMemories): ([Values], [Values], [Values]) = ([], [], [])
    for direction in 0..<directions {
      let cell = GatedCell(
        recurrence, activations: recurrence.activations(ofDirection: direction),
        kernel: kernels.row(direction).transposed([1, 0]),
        recurrentKernel: recurrentKernels.row(direction).transposed([1, 0]),
        bias: biases?.row(direction).values, peepholes: peepholes?.row(direction).values,
        sharing: host.sharing)
      let isReversed = recurrence.direction == .reverse || direction == 1
      guard
        let run = cell.run(
          input, lengths: lengths, state: states.row(direction), memory: memories.row(direction),
          isReversed: isReversed)
      else { throw EvaluationError(.notRun("one of its activations is not run"), layer: host.layer.name) }
      results.append(run.results.reshaped([steps, 1, batch, hidden]))
      lastStates.append(run.state.reshaped([1, batch, hidden]))
      lastMemories.append(run.memory.reshaped([1, batch, hidden]))
    }
    let all = [(results, 1), (lastStates, 0), (lastMemories, 0)].map { Values.concatenated($0, axis: $1) }
    guard let sequence = all[0], let state = all[1], let memory = all[2] else { throw misfit(given.shape) }
    let ordered =
      recurrence.isBatchFirst
      ? [sequence.transposed([2, 0, 1, 3]), state.transposed([1, 0, 2]), memory.transposed([1, 0, 2])]
      : [sequence, state, memory]
    return ordered.prefix(recurrence.resultCount).map { .numbers($0) }
  }

  private func misfit(_ shape: Shape) -> EvaluationError { host.misfit(shape) }

  private func part(_ position: Int, shape: Shape) throws -> Values {
    let array = try numbers(position)
    guard array.shape == shape else {
      throw self.shape(
        "its operand \(position) has the shape \(describe(array.shape)), not \(describe(shape))")
    }
    return array
  }

  /// A first state, in the order direction, batch, unit.
  private func state(_ position: Int, _ recurrence: Recurrence, _ shape: Shape) throws -> Values {
    guard optional(position) != nil else { return Values(repeating: 0, shape: shape) }
    guard recurrence.isBatchFirst else { return try part(position, shape: shape) }
    return try part(position, shape: [shape[1], shape[0], shape[2]]).transposed([1, 0, 2])
  }
}

extension Recurrence {
  /// Blocks of the kernels.
  fileprivate var gates: Int {
    switch cell {
    case .simple: 1
    case .gru: 3
    case .lstm: 4
    }
  }

  /// Activations of a direction.
  fileprivate var activationCount: Int {
    switch cell {
    case .simple: 1
    case .gru: 2
    case .lstm: 3
    }
  }

  fileprivate var resultCount: Int { if case .lstm = cell { 3 } else { 2 } }

  fileprivate func activations(ofDirection direction: Int) -> [Activation] {
    Array(activations[direction * activationCount..<(direction + 1) * activationCount])
  }
}

extension DenseArray {
  /// One position on the first axis.
  func row(_ index: Int) -> DenseArray {
    let width = shape.dropFirst().reduce(1, *)
    return DenseArray(
      shape: Shape(shape.dropFirst()), values: Array(values[index * width..<(index + 1) * width]))
  }
}
