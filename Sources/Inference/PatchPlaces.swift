/// Where the elements under a window are, for each of its positions.
struct PatchPlaces: Sendable {
  let layout: SpatialArray
  /// The window, whose taps are the runs.
  let window: Window
  /// Elements of a run.
  let runLength: Int
  /// How far each tap is from the first one, in elements.
  private let steps: [Int]

  init(_ layout: SpatialArray, _ window: Window, runLength: Int) {
    self.layout = layout
    self.window = window
    self.runLength = runLength
    var steps: [Int] = []
    for tap0 in 0..<window.size[0] {
      for tap1 in 0..<window.size[1] {
        for tap2 in 0..<window.size[2] {
          let row = tap0 * window.dilation[0] * layout.size[1] + tap1 * window.dilation[1]
          steps.append((row * layout.size[2] + tap2 * window.dilation[2]) * layout.channels)
        }
      }
    }
    self.steps = steps
  }

  /// Finds the places of some rows: one for each tap, of zeros where the tap is outside the input.
  ///
  /// - Parameters:
  ///   - rows: positions of the window, counted through all samples.
  ///   - input: shape (batch, spatial…, channels).
  func withPlaces<Scalar: InferenceScalar>(
    of rows: Range<Int>, in input: UnsafePointer<Scalar>,
    _ body: (UnsafePointer<UnsafePointer<Scalar>?>) -> Void
  ) {
    let positions = window.output.reduce(1, *)
    let taps = steps.count
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: runLength) { zeros in
      zeros.initialize(repeating: 0)
      withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>?.self, capacity: rows.count * taps) { places in
        var place = places.baseAddress!
        for row in rows {
          let (sample, position) = row.quotientAndRemainder(dividingBy: positions)
          let start = input + sample * layout.sampleCount
          let corner = window.coordinates(position)
          if window.isInside(at: corner, input: layout.size) {
            let first = start + window.firstElement(at: corner, of: layout)
            steps.withUnsafeBufferPointer { steps in
              for tap in 0..<taps { place[tap] = first + steps[tap] }
            }
          } else {
            place.update(repeating: UnsafePointer(zeros.baseAddress!), count: taps)
            window.forEachTap(at: corner, input: layout.size) { tap, index in
              place[tap] = start + index * layout.channels
            }
          }
          place += taps
        }
        body(places.baseAddress!)
      }
    }
  }
}

extension Window {
  /// Whether the window sees each position of the input once, alone and in order.
  func isPointwise(over layout: SpatialArray) -> Bool {
    taps == 1 && strides == [1, 1, 1] && output == layout.size
  }

  /// Whether no window ever has a tap outside the input on the last axis, and its taps are side by side there.
  func isInside(lastAxisOf layout: SpatialArray) -> Bool {
    before[2] == 0 && dilation[2] == 1 && (output[2] - 1) * strides[2] + size[2] <= layout.size[2]
  }

  /// The same positions with one tap on the last axis.
  var withoutLastAxis: Window {
    var window = self
    window.size[2] = 1
    return window
  }

  /// Where the first tap's element is in a sample; the window is inside the input.
  fileprivate func firstElement(at position: (Int, Int, Int), of layout: SpatialArray) -> Int {
    let place0 = position.0 * strides[0] - before[0]
    let place1 = position.1 * strides[1] - before[1]
    let place2 = position.2 * strides[2] - before[2]
    return ((place0 * layout.size[1] + place1) * layout.size[2] + place2) * layout.channels
  }
}
