import Elements
import ModelGraph

/// Operators that look at all elements along an axis.
///
/// Source: ONNX operator specification, ReduceSum and the others, ArgMax, ArgMin, TopK, CumSum and NonZero.
extension TensorEvaluator {
  func reduced(_ kind: TensorOperator) throws -> Value {
    let data = try operand(0)
    switch kind {
    case .reduce(let reduction, let keepsAxes, let isIdentityWithoutAxes):
      var axes = try optionalIntegers(1)
      if axes?.isEmpty ?? true {
        if isIdentityWithoutAxes { return data }
        axes = nil
      }
      return try host.reduced(
        data, by: reduction, axes: axes.map { try places($0, rank: data.rank) }, keepsAxes: keepsAxes)
    case .argument(let isMaximum, let axis, let keepsAxis, let selectsLast):
      return try argument(data, axis, isMaximum: isMaximum, keepsAxis: keepsAxis, selectsLast: selectsLast)
    case .cumulativeSum(let isExclusive, let isReversed):
      guard let axis = try optionalInteger(1) else { throw shape("its axis is missing") }
      let place = try place(axis, rank: data.rank)
      switch data {
      case .numbers(let array):
        return .numbers(
          array.accumulated(place, isExclusive: isExclusive, isReversed: isReversed, zero: 0) { $0 + $1 })
      case .integers(let array):
        let type = array.type
        return .integers(
          array.accumulated(place, isExclusive: isExclusive, isReversed: isReversed, zero: 0) {
            type.wrapped($0 &+ $1)
          })
      }
    case .nonZero: return try nonZero(data)
    default: preconditionFailure("not an operator that reduces")
    }
  }

  private func argument(
    _ data: Value, _ axis: Int, isMaximum: Bool, keepsAxis: Bool, selectsLast: Bool
  ) throws -> Value {
    let place = try place(axis, rank: data.rank)
    guard data.shape[place] > 0 else { throw shape("its axis \(place) has no element") }
    let best =
      switch data {
      case .numbers(let array):
        array.lines(along: place).map { line in
          line.indexOfBest(selectsLast: selectsLast) {
            // What is no number is the largest and the smallest, as in NumPy.
            $0.isNaN ? false : $1.isNaN || (isMaximum ? $1 > $0 : $1 < $0)
          }
        }
      case .integers(let array):
        array.lines(along: place).map { [type = array.type] line in
          line.indexOfBest(selectsLast: selectsLast) { isMaximum ? type.isLess($0, $1) : type.isLess($1, $0) }
        }
      }
    var result = data.shape
    if keepsAxis { result[place] = 1 } else { result.remove(at: place) }
    return .integers(IntegerArray(shape: result, values: best.map { Int64($0) }))
  }

  func topElements(axis: Int, areLargest: Bool) throws -> [Value] {
    let data = try operand(0)
    let place = try place(axis, rank: data.rank)
    guard let count = try optionalInteger(1), (0...data.shape[place]).contains(count) else {
      throw shape("it wants \(try integers(1)) of \(data.shape[place]) elements")
    }
    // Of equal elements the one with the lower index comes first.
    let order: [[Int]] =
      switch data {
      case .numbers(let array):
        array.lines(along: place).map { line in
          line.indices.sorted {
            let (left, right) = (line[$0], line[$1])
            if left == right || (left.isNaN && right.isNaN) { return $0 < $1 }
            if left.isNaN || right.isNaN { return left.isNaN == areLargest }
            return areLargest ? left > right : left < right
          }
        }
      case .integers(let array):
        array.lines(along: place).map { [type = array.type] line in
          line.indices.sorted {
            if line[$0] == line[$1] { return $0 < $1 }
            return type.isLess(line[$0], line[$1]) != areLargest
          }
        }
      }
    var result = data.shape
    result[place] = count
    let inner = data.shape[(place + 1)...].reduce(1, *)
    var (places, indices) = ([Int](), [Int64]())
    places.reserveCapacity(result.elementCount)
    for outer in 0..<data.shape[..<place].reduce(1, *) {
      for rank in 0..<count {
        for offset in 0..<inner {
          let index = order[outer * inner + offset][rank]
          places.append((outer * data.shape[place] + index) * inner + offset)
          indices.append(Int64(index))
        }
      }
    }
    return [
      data.taking(runsFrom: places, length: 1, shape: result),
      .integers(IntegerArray(shape: result, values: indices)),
    ]
  }

  private func nonZero(_ data: Value) throws -> Value {
    let places = try host.truth(of: data).enumerated().filter { $1 != 0 }.map(\.offset)
    try host.checkSize([data.rank, places.count])
    let strides = data.shape.strides
    let values = data.shape.indices.flatMap { axis in
      places.map { Int64($0 / strides[axis] % data.shape[axis]) }
    }
    return .integers(IntegerArray(shape: [data.rank, places.count], values: values))
  }
}

extension ElementArray {
  /// The elements along an axis, for each position on the other axes.
  fileprivate func lines(along axis: Int) -> [[Element]] {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let size = shape[axis]
    let outer = shape[..<axis].reduce(1, *)
    var lines: [[Element]] = []
    lines.reserveCapacity(outer * inner)
    for line in 0..<outer * inner {
      let first = line / inner * size * inner + line % inner
      lines.append((0..<size).map { (step: Int) -> Element in values[first + step * inner] })
    }
    return lines
  }

  /// Sums of the elements up to each position of an axis.
  fileprivate func accumulated(
    _ axis: Int, isExclusive: Bool, isReversed: Bool, zero: Element, _ add: (Element, Element) -> Element
  ) -> Self {
    let (inner, size) = (shape[(axis + 1)...].reduce(1, *), shape[axis])
    var result = values
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for offset in 0..<inner {
        var sum = zero
        for step in 0..<size {
          let place = (outer * size + (isReversed ? size - 1 - step : step)) * inner + offset
          let next = add(sum, values[place])
          result[place] = isExclusive ? sum : next
          sum = next
        }
      }
    }
    return replacing(shape: shape, values: result)
  }
}

extension Array {
  /// - Parameter isBetter: whether the second of two elements is better than the first one.
  fileprivate func indexOfBest(selectsLast: Bool, _ isBetter: (Element, Element) -> Bool) -> Int {
    var best = 0
    for index in indices.dropFirst()
    where isBetter(self[best], self[index]) || (selectsLast && !isBetter(self[index], self[best])) {
      best = index
    }
    return best
  }
}
