import Elements
import ModelGraph

/// Axes with more or fewer elements, interpolated axis by axis.
///
/// Source: ONNX operator specification, Resize.
extension TensorEvaluator {
  func resized(_ resizing: TensorResizing) throws -> Value {
    let data = try operand(0)
    let axes = try places(resizing.axes ?? Array(0..<data.rank), rank: data.rank)
    func list(_ position: Int) -> [Double]? {
      optional(position).flatMap { $0.shape.elementCount > 0 ? $0.numbers.values.map { Double($0) } : nil }
    }
    let isCropped = resizing.coordinates == .cropAndResize
    let region = isCropped ? list(1) : nil
    if isCropped {
      guard region?.count == 2 * axes.count else { throw shape("its region has \(region?.count ?? 0) ends") }
    }
    guard
      let scaling = resizing.scaling(
        of: axes.map { data.shape[$0] }, scales: list(2),
        sizes: try optionalIntegers(3).flatMap { $0.isEmpty ? nil : $0 })
    else { throw shape("its scales or sizes do not fit \(axes.count) axes of \(describe(data.shape))") }
    var target = data.shape
    for (axis, size) in zip(axes, scaling.sizes) { target[axis] = size }
    try host.checkSize(target)
    if target.elementCount == 0 { return data.taking(runsFrom: [], length: 0, shape: target) }
    guard !data.shape.contains(0) else { throw shape("its input has no element") }
    var result = data
    // The axes that become smaller come first, so that no array is larger than the result or the input.
    let shrinks = axes.indices.filter { target[axes[$0]] < data.shape[axes[$0]] }
    for number in shrinks + axes.indices.filter({ !shrinks.contains($0) }) {
      let axis = axes[number]
      let places = ResizedAxis(
        resizing, size: data.shape[axis], newSize: target[axis], scale: scaling.scales[number],
        region: region.map { ($0[number], $0[number + axes.count]) } ?? (0, 1))
      guard !places.isIdentity else { continue }
      result = result.resampled(
        axis, places, outside: Double(resizing.extrapolationValue), sharing: host.sharing)
    }
    return result
  }
}

/// Where the elements of a resized axis come from.
struct ResizedAxis: Sendable {
  /// For each position of the result the elements of the input and their weights; nil for one outside the region.
  let sources: [[(position: Int, weight: Double)]?]
  /// The size of the axis in the input.
  private let size: Int

  /// Whether every element stays where it is.
  var isIdentity: Bool {
    sources.count == size
      && sources.enumerated().allSatisfy { $1?.count == 1 && $1?[0].position == $0 }
  }

  init(
    _ resizing: TensorResizing, size: Int, newSize: Int, scale: Double, region: (start: Double, end: Double)
  ) {
    self.size = size
    sources = (0..<newSize).map { position in
      let x = resizing.coordinates.source(
        of: Double(position), size: Double(size), newSize: Double(newSize), scale: scale, region: region)
      if resizing.coordinates == .cropAndResize, !(0...Double(size - 1)).contains(x) { return nil }
      return Self.sources(resizing, at: min(max(x, -1e9), 1e9), size: size, scale: scale)
    }
  }

  private static func sources(
    _ resizing: TensorResizing, at x: Double, size: Int, scale: Double
  ) -> [(position: Int, weight: Double)] {
    // A whole number is its own right neighbor: the fraction is in (0, 1].
    let left = x.rounded(.up) - 1
    let fraction = x - left
    let shrinking = resizing.antialiases ? min(scale, 1) : 1
    let (first, weights): (Int, [Double])
    switch resizing.mode {
    case .nearest(let rounding):
      let position = Int(left) + (rounding.takesRight(fraction) ? 1 : 0)
      return [(min(max(position, 0), size - 1), 1)]
    case .linear:
      first = Int((-1 / shrinking).rounded(.down)) + 1
      weights = (first..<2 - first).map { max(0, 1 - abs((Double($0) - fraction) * shrinking)) }
    case .cubic(let coefficient):
      first = Int((-2 / shrinking).rounded(.down)) + 1
      weights = (first..<2 - first).map { cubic((Double($0) - fraction) * shrinking, Double(coefficient)) }
    }
    var taps = weights.enumerated().map { (position: Int(left) + first + $0, weight: $1) }
    if resizing.excludesOutside { taps = taps.filter { (0..<size).contains($0.position) } }
    let sum = taps.reduce(0) { $0 + $1.weight }
    let normalizes = resizing.antialiases || resizing.excludesOutside
    return taps.filter { $0.weight != 0 }.map {
      (min(max($0.position, 0), size - 1), normalizes ? $0.weight / sum : $0.weight)
    }
  }

  /// Source: Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981.
  private static func cubic(_ x: Double, _ a: Double) -> Double {
    let x = abs(x)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}

extension TensorResizing.Rounding {
  /// Whether the right one of two neighbors is the nearest.
  ///
  /// - Parameter fraction: the distance from the left one, above 0 and at most 1.
  fileprivate func takesRight(_ fraction: Double) -> Bool {
    switch self {
    case .preferFloor: fraction > 0.5
    case .preferCeiling: fraction >= 0.5
    case .floor: fraction == 1
    case .ceiling: true
    }
  }
}

extension TensorResizing.Coordinates {
  /// Where an element of the result is in the input.
  fileprivate func source(
    of x: Double, size: Double, newSize: Double, scale: Double, region: (start: Double, end: Double)
  ) -> Double {
    // The size that the scale gives may have a fraction.
    let exact = scale * size
    switch self {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return exact == 1 ? -0.5 : (x + 0.5) / scale - 0.5
    case .halfPixelSymmetric: return size / 2 * (1 - newSize / exact) + (x + 0.5) / scale - 0.5
    case .alignCorners: return exact == 1 ? 0 : x * (size - 1) / (exact - 1)
    case .asymmetric: return x / scale
    case .cropAndResize:
      let start = region.start * (size - 1)
      let extent = (region.end - region.start) * (size - 1)
      return start + (exact == 1 ? extent / 2 : x * extent / (exact - 1))
    }
  }
}

extension TensorValue {
  /// An axis with other elements, each a sum of some of the old ones; integers are rounded towards 0.
  fileprivate func resampled(
    _ axis: Int, _ places: ResizedAxis, outside: Double, sharing: WorkSharing
  ) -> TensorValue {
    if places.sources.allSatisfy({ $0.map { $0.count == 1 && $0[0].weight == 1 } ?? true }) {
      let filler = TensorValue.numbers(DenseArray(shape: [], values: [Scalar(outside)]))
      return taking(places.sources.map { $0?[0].position }, of: axis, filler: filler)
    }
    let result = numbers.resampled(axis, places, outside: outside, sharing: sharing)
    guard let exact else { return .numbers(result) }
    return .integers(result.truncated(to: exact.type, sharing: sharing))
  }
}

extension DenseArray {
  fileprivate func resampled(
    _ axis: Int, _ places: ResizedAxis, outside: Double, sharing: WorkSharing
  ) -> DenseArray {
    let inner = shape[(axis + 1)...].reduce(1, *)
    var newShape = shape
    newShape[axis] = places.sources.count
    let (size, count) = (shape[axis], places.sources.count)
    let outer = shape[..<axis].reduce(1, *)
    return DenseArray(shape: newShape) { result in
      values.withUnsafeBufferPointer { values in
        let (from, to) = (SharedSource(start: values.baseAddress!), SharedMemory(start: result))
        sharing.overRows(outer * count, width: inner) { rows in
          for row in rows {
            let target = to.start + row * inner
            guard let taps = places.sources[row % count] else {
              target.initialize(repeating: Scalar(outside), count: inner)
              continue
            }
            target.initialize(repeating: 0, count: inner)
            for tap in taps {
              let source = from.start + (row / count * size + tap.position) * inner
              let weight = Scalar(tap.weight)
              for index in 0..<inner { target[index] += source[index] * weight }
            }
          }
        }
      }
    }
  }
}
