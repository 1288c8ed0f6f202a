/// Numbers that are added to single elements of a weight, in Double.
public struct ElementAdditions: Sendable, Equatable {
  /// The elements, in ascending order, each once.
  private var places: [Int]
  private var values: [Double]

  /// - Parameter numbers: what is added, by the element's index in row-major order; numbers for one element are added.
  public init(_ numbers: [(place: Int, value: Double)]) {
    (places, values) = ([], [])
    for (place, value) in numbers.sorted(by: { $0.place < $1.place }) {
      if places.last == place {
        values[values.count - 1] += value
      } else {
        places.append(place)
        values.append(value)
      }
    }
  }

  /// Both together.
  func adding(_ other: ElementAdditions) -> ElementAdditions {
    let numbers = Array(zip(places, values)) + Array(zip(other.places, other.values))
    return ElementAdditions(numbers.map { (place: $0.0, value: $0.1) })
  }

  /// The number for an element; 0 for most.
  subscript(element: Int) -> Double {
    let index = firstIndex(from: element)
    return index < places.count && places[index] == element ? values[index] : 0
  }

  var largestMagnitude: Double { values.reduce(0) { max($0, abs($1)) } }

  mutating func multiply(by scale: ChannelScale) {
    for index in values.indices { values[index] *= scale.factor(ofElement: places[index]) }
  }

  /// Adds the numbers to elements that follow each other.
  ///
  /// - Parameters:
  ///   - elements: of the weight.
  ///   - first: the index of the first of them.
  public func add(to elements: inout [Double], first: Int = 0) {
    var index = firstIndex(from: first)
    while index < places.count, places[index] < first + elements.count {
      elements[places[index] - first] += values[index]
      index += 1
    }
  }

  /// The index of the first number for this element or one after it.
  private func firstIndex(from element: Int) -> Int {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
