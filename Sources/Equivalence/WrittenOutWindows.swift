import Elements
import ModelGraph

/// Windows and parts of tensors whose sizes are known, in the one way in which all spellings can be written.
extension Padding {
  /// The elements before and after each axis; nil where they depend on sizes that are not known.
  ///
  /// - Parameters:
  ///   - sizes: of the spatial axes of the input.
  ///   - windows: one for each of them.
  func writtenOut(_ sizes: PartialShape?, windows: [AxisWindow]) -> [EdgeAmounts]? {
    if case .explicit(let amounts) = self { return amounts }
    guard let sizes, sizes.count == windows.count else { return nil }
    var amounts: [EdgeAmounts] = []
    for (axis, window) in windows.enumerated() {
      guard let size = sizes[axis] else { return nil }
      amounts.append(window.amounts(input: size, padding: self, axis: axis))
    }
    return amounts
  }
}

extension Array where Element == Int? {
  /// The sizes of the spatial axes; nil for another rank.
  ///
  /// - Parameter rank: how many there are.
  func spatial(_ format: DataFormat, rank: Int) -> PartialShape? {
    count == rank + 2 ? Array(self[format.firstSpatialAxis..<format.firstSpatialAxis + rank]) : nil
  }
}

extension Pooling {
  /// The pooling with the numbers of its padding, as far as they are known, and nothing said of a padding that is not there.
  func writtenOut(_ input: PartialShape?) -> Pooling {
    let windows = poolSize.indices.map { window(axis: $0) }
    let sizes = input?.spatial(dataFormat, rank: poolSize.count)
    guard let amounts = padding.writtenOut(sizes, windows: windows) else { return self }
    var result = self
    result.padding = .explicit(amounts)
    let isPadded = amounts.contains { $0.before > 0 || $0.after > 0 }
    if roundsUp, let sizes, !sizes.contains(nil) {
      let isSame = sizes.indices.allSatisfy { axis in
        let size = sizes[axis] ?? 0
        return windows[axis].outputSize(input: size, padding: result.padding, axis: axis, roundsUp: true)
          == windows[axis].outputSize(input: size, padding: result.padding, axis: axis, roundsUp: false)
      }
      if isSame { result.roundsUp = false }
    }
    if reduction == .maximum || !isPadded && !result.roundsUp { result.countsPadding = false }
    return result
  }
}

extension [TensorFunction.Selection] {
  /// Each range with its ends, where the size of its axis is known.
  func writtenOut(_ input: PartialShape) -> [TensorFunction.Selection] {
    guard let selections = TensorFunction.expanded(self, rank: input.count) else { return self }
    var axis = 0
    return selections.map { selection in
      defer { if selection != .newAxis { axis += 1 } }
      guard case .range(let start, let stop, let step) = selection, step > 0, input.indices.contains(axis)
      else { return selection }
      guard let size = input[axis] else {
        let isWhole = (start ?? 0) == 0 && (stop ?? .max) >= Int(Int32.max) && step == 1
        return isWhole ? .range(start: nil, stop: nil, step: 1) : selection
      }
      func place(_ written: Int?, or end: Int) -> Int {
        guard let written else { return end }
        return Swift.min(Swift.max(written < 0 ? written + size : written, 0), size)
      }
      let (first, end) = (place(start, or: 0), place(stop, or: size))
      return .range(start: first, stop: Swift.max(first, end), step: step)
    }
  }
}

extension TensorFunction.Selection {
  /// An axis without what is removed at its ends.
  static func cropped(_ amounts: EdgeAmounts) -> TensorFunction.Selection {
    .range(start: amounts.before, stop: amounts.after == 0 ? nil : -amounts.after, step: 1)
  }
}
