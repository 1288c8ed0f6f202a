/// Layers of boxes in columns, so that a picture is not much higher than wide.
struct PictureColumns {
  /// The column of each layer.
  private(set) var column: [Int] = []
  private(set) var columnCount = 1

  /// Of the height to the width, and columns at most.
  private static let (proportion, most) = (1.15, 60)
  /// What a wire to the next column counts for, in parts of the height.
  private static let wireCost = 0.06

  /// - Parameters:
  ///   - heights: of the layers.
  ///   - crossing: how many wires go on after each layer.
  ///   - width: of a column.
  ///   - smallestHeight: below which there is one column.
  init(heights: [Double], crossing: [Double], width: Double, smallestHeight: Double) {
    let total = heights.reduce(0, +)
    var wanted = 1
    while wanted < Self.most,
      total / Double(wanted) > max(smallestHeight, Self.proportion * Double(wanted) * width)
    {
      wanted += 1
    }
    var isBreak = Array(repeating: false, count: heights.count + 1)
    if wanted > 1 {
      for place in Self.breaks(heights, crossing, total / Double(wanted)) { isBreak[place] = true }
    }
    for rank in heights.indices {
      if rank > 0, isBreak[rank] { columnCount += 1 }
      column.append(columnCount - 1)
    }
  }

  /// Where columns begin, so that they are about as high as wanted and few wires lead to the next one.
  private static func breaks(_ heights: [Double], _ crossing: [Double], _ wanted: Double) -> [Int] {
    var costs = [0.0]
    var starts = [0]
    for end in 1...heights.count {
      var (best, start, height) = (Double.infinity, end - 1, 0.0)
      for first in (0..<end).reversed() {
        height += heights[first]
        if height > 1.4 * wanted, first < end - 1 { break }
        let wires = first > 0 ? crossing[first - 1] * wireCost * wanted : 0
        let cost = costs[first] + (height - wanted) * (height - wanted) / wanted + wires
        if cost < best { (best, start) = (cost, first) }
      }
      costs.append(best)
      starts.append(start)
    }
    var (places, place): ([Int], Int) = ([], heights.count)
    while place > 0 {
      place = starts[place]
      places.append(place)
    }
    return places
  }
}
