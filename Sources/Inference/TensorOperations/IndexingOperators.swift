import Elements
import ModelGraph

/// Operators that read or write elements at places that a tensor of integers has.
///
/// Source: ONNX operator specification, Gather, GatherElements, GatherND, ScatterElements and ScatterND.
extension TensorEvaluator {
  func indexed(_ kind: TensorOperator) throws -> Value {
    let (data, indices) = (try operand(0), try operand(1))
    switch kind {
    case .gather(let axis):
      let axis = try place(axis, rank: data.rank)
      let result = data.shape[..<axis] + indices.shape + data.shape[(axis + 1)...]
      try host.checkSize(Shape(result))
      let positions = try positions(of: integers(1), size: data.shape[axis])
      let (size, inner) = (data.shape[axis], data.shape[(axis + 1)...].reduce(1, *))
      let starts = (0..<data.shape[..<axis].reduce(1, *)).flatMap { outer in
        positions.map { (outer * size + $0) * inner }
      }
      return data.taking(runsFrom: starts, length: inner, shape: Shape(result))
    case .gatherElements(let axis):
      let places = try elementPlaces(in: data, indices, axis: axis)
      return data.taking(runsFrom: places, length: 1, shape: indices.shape)
    case .gatherND(let batchDimensions):
      return try gatheredND(data, indices, batchDimensions: batchDimensions)
    case .scatterElements(let axis, let reduction):
      let places = try elementPlaces(in: data, indices, axis: axis)
      guard try operand(2).shape == indices.shape else { throw host.misfit(try allOperands()) }
      return try data.scattering(operand(2), to: places, length: 1, reduction)
    case .scatterND(let reduction): return try scatteredND(data, indices, reduction)
    default: preconditionFailure("not an operator with indices")
    }
  }

  /// Positions on an axis from the front.
  private func positions(of indices: [Int], size: Int) throws -> [Int] {
    try indices.map { index in
      guard (-size..<size).contains(index) else {
        throw shape("its index \(index) is outside an axis of size \(size)")
      }
      return index < 0 ? index + size : index
    }
  }

  /// The place of an element for each index along an axis, whose other coordinates are the index's own.
  private func elementPlaces(in data: Value, _ indices: Value, axis: Int) throws -> [Int] {
    let axis = try place(axis, rank: data.rank)
    guard indices.rank == data.rank,
      data.shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= data.shape[$0] })
    else { throw host.misfit([data, indices]) }
    var strides = data.shape.strides
    let step = strides[axis]
    strides[axis] = 0
    var walk = StridedWalk(over: indices.shape, strides: strides)
    return try positions(of: integers(1), size: data.shape[axis]).map { position in
      defer { walk.advance() }
      return walk.place + position * step
    }
  }

  /// Places of parts of an array, each given by the positions on its first axes.
  ///
  /// - Parameters:
  ///   - coordinates: of all parts, one after the other.
  ///   - count: coordinates of a part.
  ///   - sizes: of the axes that they are for.
  private func partPlaces(_ coordinates: [Int], count: Int, sizes: Shape, parts: Int) throws -> [Int] {
    let strides = sizes.strides
    return try (0..<parts).map { part in
      var place = 0
      for axis in 0..<count {
        let index = coordinates[part * count + axis]
        guard (-sizes[axis]..<sizes[axis]).contains(index) else {
          throw shape("its index \(index) is outside an axis of size \(sizes[axis])")
        }
        place += (index < 0 ? index + sizes[axis] : index) * strides[axis]
      }
      return place
    }
  }

  private func gatheredND(_ data: Value, _ indices: Value, batchDimensions batch: Int) throws -> Value {
    guard let count = indices.shape.last, batch >= 0, batch < indices.rank, batch + count <= data.rank,
      data.shape[..<batch] == indices.shape[..<batch]
    else { throw host.misfit([data, indices]) }
    let result = Shape(indices.shape.dropLast() + data.shape[(batch + count)...])
    try host.checkSize(result)
    let length = data.shape[(batch + count)...].reduce(1, *)
    let parts = indices.shape.dropLast().reduce(1, *)
    let sizes = Shape(data.shape[batch..<batch + count])
    let places = try partPlaces(integers(1), count: count, sizes: sizes, parts: parts)
    let batches = max(1, data.shape[..<batch].reduce(1, *))
    let (own, block) = (max(1, parts / batches), sizes.elementCount * length)
    let starts = places.enumerated().map { $0 / own * block + $1 * length }
    return data.taking(runsFrom: starts, length: length, shape: result)
  }

  private func scatteredND(
    _ data: Value, _ indices: Value, _ reduction: TensorOperator.ScatterReduction
  ) throws -> Value {
    let updates = try operand(2)
    guard let count = indices.shape.last, count <= data.rank,
      updates.shape == indices.shape.dropLast() + data.shape[count...]
    else { throw host.misfit(try allOperands()) }
    let length = data.shape[count...].reduce(1, *)
    let places = try partPlaces(
      integers(1), count: count, sizes: Shape(data.shape[..<count]),
      parts: indices.shape.dropLast().reduce(1, *))
    return try data.scattering(updates, to: places.map { $0 * length }, length: length, reduction)
  }
}

extension TensorValue {
  /// A copy in which runs of elements are written to.
  ///
  /// - Parameter starts: where the runs of the updates begin.
  fileprivate func scattering(
    _ updates: TensorValue, to starts: [Int], length: Int, _ reduction: TensorOperator.ScatterReduction
  ) throws -> TensorValue {
    switch self {
    case .numbers(var array):
      array.values.scatter(updates.numbers.values, to: starts, length: length, reduction.function())
      return .numbers(array)
    case .integers(var array):
      guard let updates = updates.integers else {
        return try TensorValue.numbers(array.numbers()).scattering(
          updates, to: starts, length: length, reduction)
      }
      array.values.scatter(updates.values, to: starts, length: length, reduction.function(of: array.type))
      return .integers(array)
    }
  }
}

extension Array {
  fileprivate mutating func scatter(
    _ updates: [Element], to starts: [Int], length: Int, _ change: (Element, Element) -> Element
  ) {
    for (number, start) in starts.enumerated() {
      for offset in 0..<length {
        self[start + offset] = change(self[start + offset], updates[number * length + offset])
      }
    }
  }
}

extension TensorOperator.ScatterReduction {
  fileprivate func function<Scalar: InferenceScalar>() -> (Scalar, Scalar) -> Scalar {
    switch self {
    case .replace: { $1 }
    case .add: { $0 + $1 }
    case .multiply: { $0 * $1 }
    case .maximum: { .larger($0, $1) }
    case .minimum: { .smaller($0, $1) }
    }
  }

  fileprivate func function(of type: ElementType) -> (Int64, Int64) -> Int64 {
    let combination: TensorFunction.Combination
    switch self {
    case .replace: return { $1 }
    case .add: combination = .add
    case .multiply: combination = .multiply
    case .maximum: combination = .maximum
    case .minimum: combination = .minimum
    }
    let function = combination.function(of: type)
    return { type.wrapped(function($0, $1)) }
  }
}
