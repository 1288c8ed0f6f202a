import Elements
import ModelGraph

/// A sum of products by labels of axes, as NumPy's einsum; the products are matrix products, two operands at a time.
///
/// Source: ONNX operator specification, Einsum; NumPy, `numpy.einsum`.
extension TensorEvaluator {
  func einsum(_ text: String) throws -> Value {
    let operands = try allOperands()
    guard let equation = EinsumLabels(text, ranks: operands.map(\.rank)) else {
      throw shape("its equation \(text) does not fit operands of \(operands.map(\.rank)) axes")
    }
    var sizes: [Int: Int] = [:]
    for (labels, operand) in zip(equation.inputs, operands) {
      for (label, size) in zip(labels, operand.shape) where size != 1 || sizes[label] == nil {
        guard [nil, 1, size].contains(sizes[label]) else { throw host.misfit(operands) }
        sizes[label] = size
      }
    }
    let output = equation.output
    guard output.allSatisfy({ sizes[$0] != nil }) else { throw shape("its equation is \(text)") }
    let result = output.map { sizes[$0] ?? 1 }
    try host.checkSize(result)
    var terms = try zip(equation.inputs, operands).map { labels, operand in
      try term(operand.numbers, labels, sizes)
    }
    while terms.count > 1 {
      let (left, right) = (terms.removeFirst(), terms.removeFirst())
      let needed = Set(output + terms.flatMap(\.labels))
      terms.insert(try product(left, right, keeping: needed, sizes), at: 0)
    }
    let last = summed(terms[0], keeping: Set(output))
    let order = output.filter(last.labels.contains).map { last.labels.firstIndex(of: $0)! }
    let moved = last.array.transposed(order, sharing: host.sharing)
    // Labels whose size is 1 in every operand were left out.
    let whole = output.map { last.labels.contains($0) ? sizes[$0] ?? 1 : 1 }
    let expanded = Value.numbers(moved.reshaped(whole)).expanded(to: result, sharing: host.sharing)
    guard let type = operands[0].exact?.type, operands.allSatisfy(\.isExact) else { return expanded }
    return .integers(expanded.numbers.truncated(to: type, sharing: host.sharing))
  }

  private typealias Term = (labels: [Int], array: Values)

  /// An operand without sizes of 1, in which a label that it has twice is its diagonal.
  private func term(_ array: Values, _ labels: [Int], _ sizes: [Int: Int]) throws -> Term {
    var (own, strides): ([Int], [Int]) = ([], [])
    for (axis, label) in labels.enumerated() where array.shape[axis] != 1 {
      let stride = array.shape.strides[axis]
      if let place = own.firstIndex(of: label) {
        strides[place] += stride
      } else {
        own.append(label)
        strides.append(stride)
      }
    }
    let copy = StridedCopy(shape: own.map { sizes[$0] ?? 1 }, strides: strides)
    return (own, array.strided(copy, sharing: host.sharing))
  }

  private func product(
    _ left: Term, _ right: Term, keeping needed: Set<Int>, _ sizes: [Int: Int]
  ) throws -> Term {
    let first = summed(left, keeping: needed.union(right.labels))
    let second = summed(right, keeping: needed.union(left.labels))
    let common = first.labels.filter(second.labels.contains)
    let batch = common.filter(needed.contains)
    let inner = common.filter { !needed.contains($0) }
    let rows = first.labels.filter { !common.contains($0) }
    let columns = second.labels.filter { !common.contains($0) }
    func arranged(_ term: Term, _ parts: [[Int]]) -> Values {
      term.array.transposed(
        parts.flatMap { $0 }.map { term.labels.firstIndex(of: $0)! }, sharing: host.sharing
      ).reshaped(parts.map { $0.reduce(1) { $0 * (sizes[$1] ?? 1) } })
    }
    let labels = batch + rows + columns
    let shape = labels.map { sizes[$0] ?? 1 }
    try host.checkSize(shape)
    guard
      let product = arranged(first, [batch, rows, inner])
        .matrixProduct(arranged(second, [batch, inner, columns]), sharing: host.sharing)
    else { throw self.shape("its operands do not fit") }
    return (labels, product.reshaped(shape))
  }

  /// A term without labels that nobody needs.
  private func summed(_ term: Term, keeping needed: Set<Int>) -> Term {
    let gone = term.labels.indices.filter { !needed.contains(term.labels[$0]) }
    guard !gone.isEmpty,
      let array = term.array.reduced(gone, keepsAxes: false, { Scalar($0.reduce(0.0) { $0 + Double($1) }) })
    else { return term }
    return (term.labels.filter(needed.contains), array)
  }
}
