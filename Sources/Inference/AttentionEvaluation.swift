import ModelGraph

extension LayerEvaluator {
  /// The result, and the weights of the positions where the call asks for them; nil for inputs that do not fit.
  func evaluate(_ attention: MultiHeadAttention, _ inputs: [Values]) throws -> [Values]? {
    let arguments = attention.arguments
    let places = [arguments.query, arguments.value, arguments.key]
    guard Set(places).count == inputs.count, places.allSatisfy(inputs.indices.contains),
      inputs.allSatisfy({ $0.rank == 3 && $0.shape[0] == inputs[0].shape[0] })
    else { return nil }
    let query = try projected(inputs[arguments.query], .query)
    let key = try projected(inputs[arguments.key], .key)
    let value = try projected(inputs[arguments.value], .value)
    guard key.shape[2] == value.shape[2] else { return nil }
    try checkSize([query.shape[0], query.shape[1], query.shape[2], key.shape[2]])
    let scale = 1 / Scalar.sqrt(Scalar(attention.keyDimension))
    guard var scores = query.mapped({ $0 * scale }).matrixProduct(key.transposed([0, 1, 3, 2])) else {
      return nil
    }
    if arguments.isCausal { scores.hideLaterPositions() }
    guard let weights = scores.applying(.softmax(axes: [-1])), let heads = weights.matrixProduct(value) else {
      return nil
    }
    let result = try joined(heads.transposed([0, 2, 1, 3]))
    return [result] + (arguments.returnsScores ? [weights] : [])
  }

  /// A projection of shape (batch, heads, steps, dimension).
  private func projected(_ input: Values, _ part: Role.Part) throws -> Values {
    let kernel = try weightShape(.of(part, .kernel))
    guard kernel.count == 3, kernel[0] == input.shape[2] else {
      throw shape("the kernel of its \(part) has the shape \(kernel) for \(input.shape[2]) inputs")
    }
    let result = try product(
      input.reshaped([input.shape[0] * input.shape[1], kernel[0]]), part, columns: kernel[1] * kernel[2])
    return result.reshaped([input.shape[0], input.shape[1], kernel[1], kernel[2]]).transposed([0, 2, 1, 3])
  }

  /// The last projection, of heads of shape (batch, steps, heads, dimension).
  private func joined(_ heads: Values) throws -> Values {
    let kernel = try weightShape(.of(.output, .kernel))
    guard kernel.count == 3, Array(kernel[..<2]) == Array(heads.shape[2...]) else {
      throw shape("the kernel of its output has the shape \(kernel)")
    }
    let rows = heads.shape[0] * heads.shape[1]
    let result = try product(heads.reshaped([rows, kernel[0] * kernel[1]]), .output, columns: kernel[2])
    return result.reshaped([heads.shape[0], heads.shape[1], kernel[2]])
  }

  private func product(_ input: Values, _ part: Role.Part, columns: Int) throws -> Values {
    let kernel = Values(shape: [input.shape[1], columns], values: try weight(.of(part, .kernel)))
    guard var result = input.matrixProduct(kernel) else {
      throw shape("the kernel of its \(part) does not fit")
    }
    if layer.variable(.of(part, .bias)) != nil { result.addToLastAxis(try weight(.of(part, .bias))) }
    return result
  }
}

extension DenseArray {
  /// Gives no weight to positions behind a query's own; shape (batch, heads, queries, keys).
  fileprivate mutating func hideLaterPositions() {
    let (queries, keys) = (shape[2], shape[3])
    for row in 0..<shape[0] * shape[1] * queries {
      for position in min(keys, row % queries + 1)..<keys { values[row * keys + position] = -.infinity }
    }
  }
}
