import Elements

/// A walk through memory in the order of a shape, with a stride for each axis; it may be 0 or negative.
public struct StridedCopy: Sendable {
  public let shape: Shape
  private let sizes: [Int]
  private let strides: [Int]
  private let offset: Int

  /// - Parameters:
  ///   - shape: of the result.
  ///   - strides: how far the place moves with each axis.
  ///   - offset: the place of the first element.
  public init(shape: Shape, strides: [Int], offset: Int = 0) {
    self.shape = shape
    self.offset = offset
    // Axes that are one run in memory are one axis, so that the innermost loop is long.
    var (sizes, merged) = ([Int](), [Int]())
    for (size, stride) in zip(shape, strides) where size != 1 {
      if let last = merged.last, last == stride * size {
        sizes[sizes.count - 1] *= size
        merged[merged.count - 1] = stride
      } else {
        sizes.append(size)
        merged.append(stride)
      }
    }
    if sizes.isEmpty { (sizes, merged) = ([1], [1]) }
    (self.sizes, self.strides) = (sizes, merged)
  }

  /// A copy in the order of a larger shape that sizes of 1 repeat to.
  ///
  /// - Precondition: the source fits the target, from the last axis on.
  init(expanding source: Shape, to target: Shape) {
    let padded = source.padded(to: target.count)
    self.init(shape: target, strides: zip(padded, padded.strides).map { $0 == 1 ? 0 : $1 })
  }

  /// The elements, copied by several threads.
  ///
  /// - Precondition: every place is inside the source.
  public func elements<Element: Sendable>(of source: [Element], sharing: WorkSharing = .none) -> [Element] {
    let count = shape.elementCount
    guard count > 0 else { return [] }
    let width = sizes[sizes.count - 1]
    let step = strides[strides.count - 1]
    return [Element](unsafeUninitializedCapacity: count) { target, initialized in
      source.withUnsafeBufferPointer { source in
        let (from, to) = (SharedSource(start: source.baseAddress!), SharedMemory(start: target.baseAddress!))
        sharing.overRows(count / width, width: width) { rows in
          for row in rows {
            let (start, place) = (to.start + row * width, from.start + place(ofRow: row))
            if step == 1 {
              start.initialize(from: place, count: width)
            } else if step == 0 {
              start.initialize(repeating: place.pointee, count: width)
            } else {
              for index in 0..<width { (start + index).initialize(to: place[index * step]) }
            }
          }
        }
      }
      initialized = count
    }
  }

  private func place(ofRow row: Int) -> Int {
    var (row, place) = (row, offset)
    for axis in sizes.indices.dropLast().reversed() {
      let (rest, position) = row.quotientAndRemainder(dividingBy: sizes[axis])
      place += position * strides[axis]
      row = rest
    }
    return place
  }
}
