import Bytes

/// The order in which samples are used, without a list of them: there may be more than memory holds.
///
/// A random order is a Feistel network over the numbers of so many bits, applied again as long as it gives a number that is
/// no sample.
/// Source: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002.
struct SampleOrder {
  private let count: Int
  /// One for each round; none for the order as it is.
  private let keys: [UInt64]
  /// Bits of each half of a number.
  private let halfBits: Int

  private static let rounds = 8

  /// - Parameters:
  ///   - count: how many samples there are, at least one.
  ///   - seed: of the random order; nil for the order as it is.
  init(count: Int, seed: UInt64?) {
    self.count = count
    let bits = Int.bitWidth - max(1, count - 1).leadingZeroBitCount
    halfBits = (bits + 1) / 2
    var generator = SeededGenerator(seed: seed ?? 0)
    keys = seed == nil ? [] : (0..<Self.rounds).map { _ in generator.next() }
  }

  /// The sample at a place; each sample is at one.
  ///
  /// - Precondition: the place is in 0..<count.
  subscript(place: Int) -> Int {
    precondition((0..<count).contains(place))
    guard !keys.isEmpty else { return place }
    var number = place
    repeat { number = mixed(number) } while number >= count
    return number
  }

  private func mixed(_ number: Int) -> Int {
    let mask = (1 << halfBits) - 1
    var (left, right) = (number >> halfBits, number & mask)
    for key in keys {
      var generator = SeededGenerator(seed: key ^ UInt64(right))
      (left, right) = (right, left ^ (Int(truncatingIfNeeded: generator.next()) & mask))
    }
    return left << halfBits | right
  }
}
