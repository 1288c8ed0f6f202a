import Elements

/// What is known of the operands of an operator before it runs.
struct GivenOperands {
  let shapes: [PartialShape?]
  /// Elements of integers.
  let values: [[Int]?]
  /// Operands that are known to be absent; others without a shape are unknown.
  let absent: Set<Int>

  func shape(_ position: Int) -> PartialShape? { shapes.indices.contains(position) ? shapes[position] : nil }

  var first: PartialShape? { shape(0) }

  /// The integers of an operand; nil where they are not known.
  func list(_ position: Int) -> [Int]? { values.indices.contains(position) ? values[position] : nil }

  func integer(_ position: Int) -> Int? { list(position).flatMap { $0.count == 1 ? $0[0] : nil } }

  /// Whether there is no such operand.
  func isAbsent(_ position: Int) -> Bool { !shapes.indices.contains(position) || absent.contains(position) }

  /// As many unknown sizes as an operand has elements.
  func unknownShape(ofLength position: Int) -> PartialShape? {
    guard let shape = shape(position), shape.count == 1, let length = shape[0], length <= 64 else {
      return nil
    }
    return PartialShape(repeating: nil, count: length)
  }

  /// The first operand's shape with another size of an axis.
  func replacing(_ axis: Int, by size: (Int?) -> Int?) -> PartialShape? {
    guard var shape = first, let place = normalizedAxis(axis, rank: shape.count) else { return nil }
    shape[place] = size(shape[place])
    return shape
  }

  // MARK: - Elements in other places

  func reshaped(allowsZero: Bool) -> PartialShape? {
    guard let target = list(1) else { return unknownShape(ofLength: 1) }
    if let shape = first, !shape.contains(nil) {
      return TensorShapes.reshaped(shape.compactMap { $0 }, to: target, allowsZero: allowsZero)?.map { $0 }
    }
    guard target.allSatisfy({ $0 >= -1 }) else { return nil }
    return target.enumerated().map { axis, size in
      if size == 0, !allowsZero { return first.flatMap { $0.indices.contains(axis) ? $0[axis] : nil } }
      return size < 0 ? nil : size
    }
  }

  func squeezed() -> PartialShape? {
    guard let shape = first, isAbsent(1) || list(1) != nil else { return nil }
    return Reshape.squeeze(axes: list(1)).outputShape(input: shape)
  }

  func expanded() -> PartialShape? {
    guard let target = list(1) else { return nil }
    return TensorFunction.broadcast([first, target.map { $0 }])
  }

  func tiled() -> PartialShape? {
    guard let shape = first else { return nil }
    guard let repeats = list(1), repeats.count == shape.count else { return shape.map { _ in nil } }
    return zip(shape, repeats).map { size, count in size.flatMap { [$0, count].checkedElementCount } }
  }

  func sliced() -> PartialShape? {
    guard var shape = first else { return nil }
    let unknown = shape.map { _ in Int?.none }
    guard let starts = list(1), let ends = list(2), starts.count == ends.count,
      let axes = isAbsent(3) ? Array(0..<starts.count) : list(3), axes.count == starts.count
    else { return unknown }
    let steps = isAbsent(4) ? starts.map { _ in 1 } : list(4)
    for (number, axis) in axes.enumerated() {
      guard let place = normalizedAxis(axis, rank: shape.count) else { return nil }
      shape[place] = shape[place].flatMap { size in
        guard let steps, steps.count == starts.count, steps[number] != 0 else { return nil }
        return TensorShapes.slice(from: starts[number], to: ends[number], step: steps[number], size: size)
          .count
      }
    }
    return shape
  }

  func split(axis: Int, count: Int) -> [PartialShape?] {
    let sizes: [Int]? = first.flatMap { shape in
      guard isAbsent(1) else { return list(1) }
      let size = normalizedAxis(axis, rank: shape.count).flatMap { shape[$0] }
      return size.flatMap { TensorShapes.split($0, into: count, sizes: nil) }
    }
    return (0..<count).map { number in
      replacing(axis) { _ in sizes.flatMap { $0.indices.contains(number) ? $0[number] : nil } }
    }
  }

  func padded() -> PartialShape? {
    guard let shape = first else { return nil }
    let unknown = shape.map { _ in Int?.none }
    guard let pads = list(1), let axes = isAbsent(3) ? Array(shape.indices) : list(3) else { return unknown }
    let places = axes.compactMap { normalizedAxis($0, rank: shape.count) }
    guard places.count == axes.count,
      let padded = TensorShapes.padded(shape.map { $0 ?? largestAxis }, pads, axes: places)
    else { return nil }
    return zip(shape, padded).map { $0 == nil ? nil : $1 }
  }

  func resized(_ resizing: TensorResizing) -> PartialShape? {
    guard let shape = first else { return nil }
    let axes = resizing.axes ?? Array(shape.indices)
    let places = axes.compactMap { normalizedAxis($0, rank: shape.count) }
    guard places.count == axes.count else { return nil }
    var result = shape
    for place in places { result[place] = nil }
    guard let sizes = list(3), sizes.count == places.count else { return result }
    if resizing.aspectRatio == .stretch {
      for (place, size) in zip(places, sizes) { result[place] = size }
      return result
    }
    let old = places.map { shape[$0] }
    if !old.contains(nil),
      let scaling = resizing.scaling(of: old.compactMap { $0 }, scales: nil, sizes: sizes)
    {
      for (place, size) in zip(places, scaling.sizes) { result[place] = size }
    }
    return result
  }

  func range() -> PartialShape? {
    guard let start = integer(0), let limit = integer(1), let step = integer(2), step != 0,
      [start, limit, step].allSatisfy((-largestAxis...largestAxis).contains)
    else { return [nil] }
    let span = limit - start
    return [span == 0 || (span < 0) != (step < 0) ? 0 : (abs(span) - 1) / abs(step) + 1]
  }

  // MARK: - Numbers

  func reduced(
    _ reduction: TensorFunction.Reduction, keepsAxes: Bool, isIdentityWithoutAxes: Bool
  ) -> PartialShape? {
    var axes = list(1)
    if isAbsent(1) || axes?.isEmpty ?? false {
      if isIdentityWithoutAxes { return first }
      axes = nil
    } else if axes == nil {
      return keepsAxes ? first.map { $0.map { _ in nil } } : nil
    }
    return TensorFunction.reduction(reduction, axes: axes, keepsAxes: keepsAxes).outputShape(inputs: [first])
  }

  /// As NumPy's matmul: one axis is a row on the left and a column on the right.
  func matrixProduct() -> PartialShape? {
    guard let left = first, let right = shape(1), !left.isEmpty, !right.isEmpty,
      let outer = TensorFunction.broadcast([PartialShape(left.dropLast(2)), PartialShape(right.dropLast(2))])
    else { return nil }
    let rows: PartialShape = left.count == 1 ? [] : [left[left.count - 2]]
    let columns: PartialShape = right.count == 1 ? [] : [right[right.count - 1]]
    return outer + rows + columns
  }

  func einsum(_ equation: String) -> PartialShape? {
    let known = shapes.compactMap { $0 }
    guard known.count == shapes.count, let labels = EinsumLabels(equation, ranks: known.map(\.count)) else {
      return nil
    }
    return labels.output.map { label in
      TensorFunction.broadcastSize(
        zip(labels.inputs, known).flatMap { input, shape in
          zip(input, shape).filter { $0.0 == label }.map(\.1)
        })
    }
  }

  /// The results of all steps, the last states and the last memories.
  func recurrence(_ recurrence: Recurrence) -> [PartialShape?] {
    guard let input = first, input.count == 3 else { return [] }
    let directions = recurrence.direction == .bidirectional ? 2 : 1
    let hidden = recurrence.hiddenSize
    if recurrence.isBatchFirst {
      let state: PartialShape = [input[0], directions, hidden]
      return [[input[0], input[1], directions, hidden], state, state]
    }
    let state: PartialShape = [directions, input[1], hidden]
    return [[input[0], directions, input[1], hidden], state, state]
  }
}
