import ModelGraph

/// A scale of a product is the scale of one of its factors; a shift is none of any.
///
/// Before:      y = x1 * x2 * …
/// After:       y' = x1' * x2 * …
/// Conditions:  shift = 0 in every channel; the factor has all of the channels, and as many axes as the product
/// Formula:     one factor takes the scale; the others stay as they are
enum ThroughProduct: Passage {
  static let name = "product"
  static let summary = "one factor takes the scale, since there is no shift"

  static func matches(_ operation: Operation) -> Bool {
    if case .merge(.multiply) = operation { true } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    let map = request.map
    try map.requireNoShift(at: request.path, because: "multiplies, and would see")
    let scaled: Int
    if case .input(let number) = request.port { scaled = number } else { scaled = request.shiftedInput }
    guard let rank = request.output?.count, request.inputs[scaled]?.count == rank,
      request.inputs[scaled]?[map.axis] == map.channels, request.output?[map.axis] == map.channels
    else { throw request.refusal(.axisMismatch, "has a factor without all of the channels") }
    var maps: [(Port, TensorMap)] = []
    if request.port != .output { maps.append((.output, map)) }
    for number in request.inputs.indices where request.port != .input(number) {
      if number == scaled {
        maps.append((.input(number), map))
      } else if let shape = request.inputs[number], shape.count == rank, let size = shape[map.axis] {
        maps.append((.input(number), try request.identity(channels: size)))
      } else {
        throw request.refusal(.axisMismatch, "has a factor of unknown shape")
      }
    }
    return maps
  }
}
