import ModelGraph

/// A map of a sum is the scale for each of its terms, and the shift for one of them.
///
/// Before:      y = c1 x1 + c2 x2 + …: Add, Subtract, Average, a scaled sum
/// After:       y' = c1 x1' + c2 x2' + …
/// Conditions:  every term has all of the channels, and as many axes
/// Formula:     each term takes the scale; one of them, with the factor c, takes the shift t / c. A map that comes from
///              one term gives its scale to the others, and c times its shift to the sum
enum SplitAtSum: Passage {
  static let name = "sum"
  static let summary = "each term of a sum takes the scale, one of them the shift"

  static func matches(_ operation: Operation) -> Bool {
    if case .merge(let merge) = operation { merge.factors(count: 2) != nil } else { false }
  }

  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)] {
    guard case .merge(let merge) = request.operation,
      let factors = merge.factors(count: request.inputs.count)
    else { throw request.refusal(.noProducer, "has another number of terms") }
    let map = request.map
    try request.requireAllChannels()
    let shifted: Int
    var shift = map.shift
    var maps: [(Port, TensorMap)] = []
    if case .input(let number) = request.port {
      shifted = number
      maps.append(
        (.output, map.withChannels(scale: map.scale, shift: shift.map { $0 * factors[number] })))
    } else {
      shifted = request.shiftedInput
      shift = shift.map { $0 / factors[shifted] }
    }
    guard factors[shifted] != 0 else { throw request.refusal(.zeroScale, "multiplies a term with 0") }
    for number in factors.indices where request.port != .input(number) {
      let own = number == shifted ? shift : [Double](repeating: 0, count: map.channels)
      maps.append((.input(number), map.withChannels(scale: map.scale, shift: own)))
    }
    return maps
  }
}

extension PassageRequest {
  /// - Throws: `Refusal` unless all inputs and the output have the map's channels on the map's axis.
  func requireAllChannels() throws(Refusal) {
    guard let rank = shape?.count, map.axis < rank,
      (inputs + [output]).allSatisfy({ $0?.count == rank && $0?[map.axis] == map.channels })
    else { throw refusal(.axisMismatch, "has a term without all of the channels") }
  }
}
