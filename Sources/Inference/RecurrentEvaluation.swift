import ModelGraph

/// Recurrent layers, one step after the other.
extension LayerEvaluator {
  /// The result and, where the layer gives them, the last states; nil for an input that is no sequence.
  func evaluate(_ recurrent: Recurrent, _ input: Values) throws -> [Values]? {
    try run(recurrent, input) { $0 }
  }

  /// Both directions, and their states behind the results.
  func evaluate(_ both: Bidirectional, _ input: Values) throws -> [Values]? {
    guard let forward = try run(both.forward, input, role: { .of(.forward, $0) }),
      var backward = try run(both.backward, input, role: { .of(.backward, $0) })
    else { return nil }
    if both.backward.returnsSequences { backward[0] = backward[0].reversedInTime() }
    let states = forward.dropFirst() + backward.dropFirst()
    guard let merge = both.merge else { return [forward[0], backward[0]] + states }
    return try evaluate(merge, [forward[0], backward[0]]).map { [$0] + states }
  }

  private func run(_ recurrent: Recurrent, _ input: Values, role: (Role) -> Role) throws -> [Values]? {
    guard input.rank == 3 else { return nil }
    let (batch, steps, width) = (input.shape[0], input.shape[1], recurrent.gates * recurrent.units)
    let kernel = Values(shape: try weightShape(role(.kernel)), values: try weight(role(.kernel)))
    guard kernel.shape == [input.shape[2], width] else {
      throw shape("its kernel has the shape \(kernel.shape) for \(input.shape[2]) inputs")
    }
    try checkSize([batch, steps, width])
    let bias = recurrent.usesBias ? try weight(role(.bias)) : [Scalar](repeating: 0, count: width)
    guard
      let recurrentCell = RecurrentCell(
        recurrent,
        kernel: Values(
          shape: try weightShape(role(.recurrentKernel)), values: try weight(role(.recurrentKernel))),
        // The second row of a bias of two is that of the product with the state.
        bias: Array(bias.dropFirst(width)))
    else { throw shape("its recurrent kernel or its bias does not fit") }
    // The products with the inputs do not depend on the state: all of them are one product.
    guard var products = input.reshaped([batch * steps, input.shape[2]]).matrixProduct(kernel) else {
      return nil
    }
    products.addToLastAxis(Array(bias.prefix(width)))
    let timed = products.reshaped([batch, steps, width])
    var state = [Values](
      repeating: Values(repeating: 0, shape: [batch, recurrent.units]), count: recurrent.stateCount)
    var results: [Values] = []
    for step in 0..<steps {
      let time = recurrent.goesBackwards ? steps - 1 - step : step
      guard let next = recurrentCell.step(timed.atTime(time), state) else {
        throw EvaluationError(.notRun("its activation is not run"), layer: layer.name)
      }
      state = next
      if recurrent.returnsSequences { results.append(state[0].reshaped([batch, 1, recurrent.units])) }
    }
    let empty = Values(repeating: 0, shape: [batch, 0, recurrent.units])
    let result = recurrent.returnsSequences ? Values.concatenated([empty] + results, axis: 1) : state[0]
    return result.map { [$0] + (recurrent.returnsStates ? state : []) }
  }
}

/// What a step computes.
private struct RecurrentCell<Scalar: InferenceScalar> {
  typealias Values = DenseArray<Scalar>

  private let recurrent: Recurrent
  private let kernel: Values
  private let bias: [Scalar]

  /// - Parameters:
  ///   - kernel: shape (units, gates * units).
  ///   - bias: of the product with the state; empty without one.
  /// - Returns: nil where they do not fit.
  init?(_ recurrent: Recurrent, kernel: Values, bias: [Scalar]) {
    let width = recurrent.gates * recurrent.units
    guard kernel.shape == [recurrent.units, width], bias.isEmpty || bias.count == width else { return nil }
    self.recurrent = recurrent
    self.kernel = kernel
    self.bias = bias
  }

  /// The next state; nil for an activation that is not run.
  ///
  /// - Parameter input: the step's products of the input, biases added; shape (batch, gates * units).
  func step(_ input: Values, _ state: [Values]) -> [Values]? {
    switch recurrent.cell {
    case .simple:
      return sum(input, product(state[0])).applying(recurrent.activation).map { [$0] }
    case .gatedUnit(let resetsAfter):
      return gatedStep(input, state[0], resetsAfter: resetsAfter).map { [$0] }
    case .longShortTermMemory:
      let all = sum(input, product(state[0]))
      guard let keep = gate(all, 1), let take = gate(all, 0), let give = gate(all, 3),
        let candidate = block(all, 2).applying(recurrent.activation)
      else { return nil }
      let memory = sum(multiplied(keep, state[1]), multiplied(take, candidate))
      return memory.applying(recurrent.activation).map { [multiplied(give, $0), memory] }
    }
  }

  private func gatedStep(_ input: Values, _ state: Values, resetsAfter: Bool) -> Values? {
    let inner = product(state)
    guard let keep = sum(block(input, 0), block(inner, 0)).applying(recurrent.recurrentActivation),
      let reset = sum(block(input, 1), block(inner, 1)).applying(recurrent.recurrentActivation)
    else { return nil }
    let remembered =
      resetsAfter ? multiplied(reset, block(inner, 2)) : block(product(multiplied(reset, state)), 2)
    guard let candidate = sum(block(input, 2), remembered).applying(recurrent.activation) else { return nil }
    let changed = zip(keep.values, candidate.values).map { (1 - $0) * $1 }
    return sum(multiplied(keep, state), Values(shape: state.shape, values: changed))
  }

  private func product(_ state: Values) -> Values {
    guard var result = state.matrixProduct(kernel) else { preconditionFailure("the state fits the kernel") }
    if !bias.isEmpty { result.addToLastAxis(bias) }
    return result
  }

  private func gate(_ all: Values, _ number: Int) -> Values? {
    block(all, number).applying(recurrent.recurrentActivation)
  }

  /// One gate's columns.
  private func block(_ all: Values, _ number: Int) -> Values {
    let (rows, width, units) = (all.shape[0], all.shape[1], recurrent.units)
    var values: [Scalar] = []
    values.reserveCapacity(rows * units)
    for row in 0..<rows {
      let start = row * width + number * units
      values += all.values[start..<start + units]
    }
    return Values(shape: [rows, units], values: values)
  }

  private func sum(_ left: Values, _ right: Values) -> Values {
    Values(shape: left.shape, values: zip(left.values, right.values).map { $0 + $1 })
  }

  private func multiplied(_ left: Values, _ right: Values) -> Values {
    Values(shape: left.shape, values: zip(left.values, right.values).map { $0 * $1 })
  }
}

extension DenseArray {
  /// One step of a sequence of shape (batch, steps, width).
  fileprivate func atTime(_ time: Int) -> DenseArray {
    let width = shape[2]
    var result: [Scalar] = []
    result.reserveCapacity(shape[0] * width)
    for sample in 0..<shape[0] {
      let start = (sample * shape[1] + time) * width
      result += values[start..<start + width]
    }
    return DenseArray(shape: [shape[0], width], values: result)
  }

  fileprivate func reversedInTime() -> DenseArray {
    let parts = (0..<shape[1]).reversed().map { atTime($0).reshaped([shape[0], 1, shape[2]]) }
    return DenseArray.concatenated(parts, axis: 1) ?? self
  }
}
