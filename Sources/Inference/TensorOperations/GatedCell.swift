import Elements
import ModelGraph

/// One direction of a recurrent layer.
struct GatedCell<Scalar: InferenceScalar> {
  typealias Values = DenseArray<Scalar>

  private let recurrence: Recurrence
  private let activations: [Activation]
  private let kernel: Values
  private let recurrentKernel: Values
  /// Of the product with the input, and of that with the state.
  private let bias: [Scalar]
  private let recurrentBias: [Scalar]
  private let peepholes: [Scalar]?
  private let sharing: WorkSharing

  /// - Parameters:
  ///   - kernel: shape (inputs, gates * units).
  ///   - recurrentKernel: shape (units, gates * units).
  ///   - bias: of both products, one after the other.
  ///   - peepholes: of the input, the output and the forget gate.
  init(
    _ recurrence: Recurrence, activations: [Activation], kernel: Values, recurrentKernel: Values,
    bias: [Scalar]?, peepholes: [Scalar]?, sharing: WorkSharing
  ) {
    self.recurrence = recurrence
    self.activations = activations
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    let width = recurrentKernel.shape[1]
    let bias = bias ?? [Scalar](repeating: 0, count: 2 * width)
    self.bias = Array(bias[..<width])
    recurrentBias = Array(bias[width...])
    self.peepholes = peepholes
    self.sharing = sharing
  }

  /// All steps; nil for an activation that is not run.
  ///
  /// - Parameters:
  ///   - input: shape (steps, batch, inputs).
  ///   - lengths: steps of each sequence.
  func run(
    _ input: Values, lengths: [Int], state: Values, memory: Values, isReversed: Bool
  ) -> (results: Values, state: Values, memory: Values)? {
    let (steps, batch, units) = (input.shape[0], input.shape[1], recurrence.hiddenSize)
    // The products with the inputs do not depend on the state: all of them are one product.
    guard
      var products = input.reshaped([steps * batch, input.shape[2]])
        .matrixProduct(kernel, sharing: sharing)
    else { return nil }
    products.addToLastAxis(bias)
    let timed = products.reshaped([steps, batch, bias.count])
    var (state, memory) = (state, memory)
    var results = Values(repeating: 0, shape: [steps, batch, units])
    for step in 0..<steps {
      // A sequence that is read backwards begins at its own end.
      let times = lengths.map { isReversed ? $0 - 1 - step : step }
      let rows = times.enumerated().flatMap { sample, time in
        let place = (max(0, time) * batch + sample) * bias.count
        return timed.values[place..<place + bias.count]
      }
      guard let next = self.step(Values(shape: [batch, bias.count], values: rows), state, memory) else {
        return nil
      }
      for sample in 0..<batch where step < lengths[sample] {
        let unitsOfSample = sample * units..<(sample + 1) * units
        state.values.replaceSubrange(unitsOfSample, with: next.state.values[unitsOfSample])
        memory.values.replaceSubrange(unitsOfSample, with: next.memory.values[unitsOfSample])
        let place = (times[sample] * batch + sample) * units
        results.values.replaceSubrange(place..<place + units, with: next.state.values[unitsOfSample])
      }
    }
    return (results, state, memory)
  }

  /// - Parameter input: the step's products of the input, biases added.
  private func step(_ input: Values, _ state: Values, _ memory: Values) -> (state: Values, memory: Values)? {
    switch recurrence.cell {
    case .simple:
      guard let product = product(state) else { return nil }
      return activated(sum(input, product), 0).map { ($0, memory) }
    case .gru(let resetsAfterProduct):
      return gatedStep(input, state, resetsAfterProduct: resetsAfterProduct).map { ($0, memory) }
    case .lstm(let couples): return memoryStep(input, state, memory, couplesInputAndForget: couples)
    }
  }

  private func gatedStep(_ input: Values, _ state: Values, resetsAfterProduct: Bool) -> Values? {
    guard let inner = product(state),
      let update = activated(sum(block(input, 0), block(inner, 0)), 0),
      let reset = activated(sum(block(input, 1), block(inner, 1)), 0)
    else { return nil }
    let remembered =
      resetsAfterProduct
      ? multiplied(reset, block(inner, 2)) : product(multiplied(reset, state)).map { block($0, 2) }
    guard let remembered, let candidate = activated(sum(block(input, 2), remembered), 1) else { return nil }
    return combined(update, combined(state, candidate) { $0 - $1 }, candidate)
  }

  private func memoryStep(
    _ input: Values, _ state: Values, _ memory: Values, couplesInputAndForget: Bool
  ) -> (state: Values, memory: Values)? {
    guard let product = product(state) else { return nil }
    let all = sum(input, product)
    guard let take = activated(peeping(block(all, 0), memory, 0), 0),
      let forget = activated(peeping(block(all, 2), memory, 2), 0),
      let candidate = activated(block(all, 3), 1)
    else { return nil }
    let keep = couplesInputAndForget ? combined(take, take) { one, _ in 1 - one } : forget
    let next = sum(multiplied(keep, memory), multiplied(take, candidate))
    guard let give = activated(peeping(block(all, 1), next, 1), 0),
      let shown = activated(next, 2, clips: false)
    else { return nil }
    return (multiplied(give, shown), next)
  }

  // MARK: - Parts of a step

  private func product(_ state: Values) -> Values? {
    guard var result = state.matrixProduct(recurrentKernel, sharing: sharing) else { return nil }
    result.addToLastAxis(recurrentBias)
    return result
  }

  /// A gate that sees the memory.
  private func peeping(_ gate: Values, _ memory: Values, _ number: Int) -> Values {
    guard let peepholes else { return gate }
    let units = recurrence.hiddenSize
    let weights = Values(shape: [units], values: Array(peepholes[number * units..<(number + 1) * units]))
    return memory.combined(with: weights) { $0 * $1 }.map { sum(gate, $0) } ?? gate
  }

  private func activated(_ array: Values, _ number: Int, clips: Bool = true) -> Values? {
    guard clips, let limit = recurrence.clip.map({ Scalar($0) }) else {
      return array.applying(activations[number])
    }
    return array.mapped { $0 > limit ? limit : $0 < -limit ? -limit : $0 }.applying(activations[number])
  }

  /// One gate's columns.
  private func block(_ all: Values, _ number: Int) -> Values {
    let units = recurrence.hiddenSize
    return all.strided(
      StridedCopy(shape: [all.shape[0], units], strides: [all.shape[1], 1], offset: number * units))
  }

  private func sum(_ left: Values, _ right: Values) -> Values { combined(left, right) { $0 + $1 } }

  private func multiplied(_ left: Values, _ right: Values) -> Values { combined(left, right) { $0 * $1 } }

  /// candidate + update * difference.
  private func combined(_ update: Values, _ difference: Values, _ candidate: Values) -> Values {
    sum(candidate, multiplied(update, difference))
  }

  private func combined(
    _ left: Values, _ right: Values, _ function: (Scalar, Scalar) -> Scalar
  ) -> Values {
    Values(shape: left.shape, values: zip(left.values, right.values).map { function($0, $1) })
  }
}
