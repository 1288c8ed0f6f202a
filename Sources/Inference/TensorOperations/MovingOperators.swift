import Elements
import ModelGraph

/// Operators that move elements, and do not change them.
///
/// Source: ONNX operator specification, Reshape, Expand, Tile, Slice, Concat, Pad, Trilu, DepthToSpace and the others.
extension TensorEvaluator {
  func moved(_ kind: TensorOperator) throws -> Value {
    switch kind {
    case .concatenate(let axis): return try concatenated(axis: axis)
    case .pad(let mode): return try padded(mode)
    case .slice: return try sliced()
    case .triangle(let keepsUpper): return try triangle(keepsUpper: keepsUpper)
    default: break
    }
    let data = try operand(0)
    switch kind {
    case .reshape(let allowsZero):
      let target = try TensorShapes.reshaped(data.shape, to: integers(1), allowsZero: allowsZero)
      guard let target else {
        throw shape("its input of shape \(describe(data.shape)) has no shape \(try integers(1))")
      }
      return data.reshaped(target)
    case .squeeze:
      let axes = try optionalIntegers(1).map { try places($0, rank: data.rank) }
      let gone = axes ?? data.shape.indices.filter { data.shape[$0] == 1 }
      guard gone.allSatisfy({ data.shape[$0] == 1 }) else {
        throw shape("its axes \(gone) of the shape \(describe(data.shape)) are not of size 1")
      }
      return data.reshaped(data.shape.indices.filter { !gone.contains($0) }.map { data.shape[$0] })
    case .unsqueeze:
      let axes = try integers(1)
      var result = data.shape
      for place in try places(axes, rank: data.rank + axes.count).sorted() { result.insert(1, at: place) }
      return data.reshaped(result)
    case .expand:
      let sizes = try integers(1)
      guard sizes.allSatisfy({ $0 >= 0 }) else { throw shape("it wants the shape \(sizes)") }
      try host.checkSize(sizes)
      return data.expanded(to: try broadcastShape([data.shape, sizes]), sharing: host.sharing)
    case .tile: return try tiled(data, integers(1))
    case .depthToSpace(let size, let isColumnsFirst):
      return try depthToSpace(data, size, isColumnsFirst: isColumnsFirst)
    case .spaceToDepth(let size, let isColumnsFirst):
      return try spaceToDepth(data, size, isColumnsFirst: isColumnsFirst)
    default: preconditionFailure("not an operator that moves")
    }
  }

  private func tiled(_ data: Value, _ repeats: [Int]) throws -> Value {
    guard repeats.count == data.rank, repeats.allSatisfy({ $0 >= 0 }) else {
      throw shape("its repeats are \(repeats) for \(data.rank) axes")
    }
    let result = zip(data.shape, repeats).map { $0.multipliedReportingOverflow(by: $1) }
    guard result.allSatisfy({ !$0.overflow }) else { throw shape("its repeats are \(repeats)") }
    try host.checkSize(result.map(\.partialValue))
    let strides = data.shape.strides
    let copy = StridedCopy(
      shape: data.shape.indices.flatMap { [repeats[$0], data.shape[$0]] },
      strides: data.shape.indices.flatMap { [0, strides[$0]] })
    return data.strided(copy, sharing: host.sharing).reshaped(result.map(\.partialValue))
  }

  private func sliced() throws -> Value {
    let data = try operand(0)
    let (starts, ends) = (try integers(1), try integers(2))
    let axes = try places(optionalIntegers(3) ?? Array(0..<starts.count), rank: data.rank)
    let steps = try optionalIntegers(4) ?? starts.map { _ in 1 }
    guard [ends.count, axes.count, steps.count].allSatisfy({ $0 == starts.count }) else {
      throw shape(
        "its starts, ends, axes and steps are \([starts.count, ends.count, axes.count, steps.count])")
    }
    guard steps.allSatisfy({ $0 != 0 && $0 != .min }) else { throw shape("its steps are \(steps)") }
    var (result, strides, offset) = (data.shape, data.shape.strides, 0)
    for (number, axis) in axes.enumerated() {
      let slice = TensorShapes.slice(
        from: starts[number], to: ends[number], step: steps[number], size: data.shape[axis])
      result[axis] = slice.count
      offset += slice.first * strides[axis]
      // A single element has no next one, whose distance could be too large to compute.
      strides[axis] = slice.count > 1 ? strides[axis] * steps[number] : 0
    }
    return data.strided(StridedCopy(shape: result, strides: strides, offset: offset), sharing: host.sharing)
  }

  func split(axis: Int) throws -> [Value] {
    let data = try operand(0)
    let place = try place(axis, rank: data.rank)
    let size = data.shape[place]
    guard let sizes = try TensorShapes.split(size, into: outputCount, sizes: optionalIntegers(1)) else {
      throw shape(
        "its axis of \(size) is not cut into \(outputCount) parts of \(try optionalIntegers(1) ?? [])")
    }
    let strides = data.shape.strides
    var start = 0
    return sizes.map { size in
      var part = data.shape
      part[place] = size
      defer { start += size }
      return data.strided(
        StridedCopy(shape: part, strides: strides, offset: start * strides[place]), sharing: host.sharing)
    }
  }

  private func concatenated(axis: Int) throws -> Value {
    let parts = try allOperands()
    try host.checkSum(parts.map(\.shape))
    guard let result = Value.concatenated(parts, axis: axis) else { throw host.misfit(parts) }
    return result
  }

  private func triangle(keepsUpper: Bool) throws -> Value {
    let data = try operand(0)
    guard data.rank >= 2 else { throw shape("its operand has \(data.rank) axes, not at least 2") }
    let (rows, columns) = (data.shape[data.rank - 2], data.shape[data.rank - 1])
    let diagonal = min(max(try optionalInteger(1) ?? 0, -rows), columns)
    func keeps(_ index: Int) -> Bool {
      let distance = index % columns - index / columns % rows
      return keepsUpper ? distance >= diagonal : distance <= diagonal
    }
    switch data {
    case .numbers(var array):
      for index in array.values.indices where !keeps(index) { array.values[index] = 0 }
      return .numbers(array)
    case .integers(var array):
      for index in array.values.indices where !keeps(index) { array.values[index] = 0 }
      return .integers(array)
    }
  }

  private func depthToSpace(_ data: Value, _ size: Int, isColumnsFirst: Bool) throws -> Value {
    guard let result = TensorShapes.depthToSpace(data.shape.map { $0 }, size)?.compactMap({ $0 }) else {
      throw host.misfit([data])
    }
    let (n, c, h, w) = (data.shape[0], result[1], data.shape[2], data.shape[3])
    let parts = isColumnsFirst ? [n, c, size, size, h, w] : [n, size, size, c, h, w]
    let order = isColumnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
    return data.reshaped(parts).transposed(order, sharing: host.sharing).reshaped(result)
  }

  private func spaceToDepth(_ data: Value, _ size: Int, isColumnsFirst: Bool) throws -> Value {
    guard let result = TensorShapes.spaceToDepth(data.shape.map { $0 }, size)?.compactMap({ $0 }) else {
      throw host.misfit([data])
    }
    let parts = [data.shape[0], data.shape[1], result[2], size, result[3], size]
    let order = isColumnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]
    return data.reshaped(parts).transposed(order, sharing: host.sharing).reshaped(result)
  }

  // MARK: - Padding

  private func padded(_ mode: TensorOperator.PadMode) throws -> Value {
    let data = try operand(0)
    let pads = try integers(1)
    let axes = try places(optionalIntegers(3) ?? Array(0..<data.rank), rank: data.rank)
    guard pads.count == 2 * axes.count else {
      throw shape("it has \(pads.count) pads for \(axes.count) axes")
    }
    let filler = optional(2)
    guard filler.map({ $0.shape.elementCount == 1 }) ?? true else {
      throw shape("its value is not one number")
    }
    guard let target = TensorShapes.padded(data.shape, pads, axes: axes) else {
      throw shape("its pads \(pads) do not fit the shape \(describe(data.shape))")
    }
    try host.checkSize(target)
    var result = data
    // The axes that become smaller come first, so that no array is larger than the result or the input.
    let shrinks = axes.indices.filter { target[axes[$0]] < data.shape[axes[$0]] }
    for number in shrinks + axes.indices.filter({ !shrinks.contains($0) }) {
      let axis = axes[number]
      let (before, after) = (pads[number], pads[number + axes.count])
      guard before != 0 || after != 0 else { continue }
      let size = data.shape[axis]
      if mode != .constant, size == 0, target[axis] > 0 {
        throw shape("there is nothing to pad its axis \(axis) of size 0 with")
      }
      let positions = (0..<target[axis]).map { mode.source(of: $0 - before, size: size) }
      result = result.taking(positions, of: axis, filler: filler)
    }
    return result
  }
}

extension TensorOperator.PadMode {
  /// Where an element comes from; nil for the filler.
  ///
  /// - Parameters:
  ///   - position: counted from the first element of the input.
  ///   - size: of the axis.
  fileprivate func source(of position: Int, size: Int) -> Int? {
    if (0..<size).contains(position) { return position }
    switch self {
    case .constant: return nil
    case .edge: return min(max(position, 0), size - 1)
    case .wrap: return (position % size + size) % size
    case .reflect:
      guard size > 1 else { return 0 }
      let period = 2 * (size - 1)
      let place = (position % period + period) % period
      return min(place, period - place)
    }
  }
}
