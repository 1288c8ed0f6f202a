import Equivalence
import Folding
import ModelGraph
import Synchronization
import Tensor

/// Compares each fold of a plan with what the written file computes, on random inputs in Double.
public struct PlanVerification: Sendable {
  private let application: PlanApplication
  private let written: StateDictionary
  private let seed: UInt64

  /// Each thread reserves address space, which a worker that runs no model has little of.
  private static let threadLimit = 2

  public init(of application: PlanApplication, written: StateDictionary, seed: UInt64) {
    self.application = application
    self.written = written
    self.seed = seed
  }

  /// One comparison for each fold that was done.
  ///
  /// Every element of a kernel is given an input of its own, so that each is seen: the sums over the channels are then
  /// those of some convolution at some place.
  /// - Throws: an error of one of the files, or `PlanMismatch` where a kernel was written with another shape.
  public func comparisons() throws -> [FoldComparison] {
    let folds = application.done
    let found = Mutex([FoldComparison?](repeating: nil, count: folds.count))
    try shareWork(of: folds.count, threads: min(processorCount(), Self.threadLimit)) { index in
      let comparison = try compare(folds[index])
      found.withLock { $0[index] = comparison }
    }
    return found.withLock { $0.compactMap { $0 } }
  }

  private func compare(_ applied: AppliedFold) throws -> FoldComparison {
    let fold = applied.fold
    let original = application.original
    let map = try ChannelAffine(of: original, fold, epsilon: applied.epsilon)
    let (before, after) = try Sums.pair(of: fold, in: original, written, table: applied.table, seed: seed)
    let identity =
      fold.outcome == .reset ? try ChannelAffine(of: written, fold, epsilon: applied.epsilon) : nil
    let types = [fold.kernel, fold.bias, fold.mean].compactMap { written[$0]?.elementType }
    guard let unit = types.compactMap(\.ulpOfOne).max(),
      let least = types.compactMap(\.leastNonzeroMagnitude).max()
    else { return obstacle(fold, "its weights cannot be read") }
    var worst = FoldComparison(layer: fold.kernel, largestError: 0, channel: 0, tolerance: 0.5, obstacle: nil)
    var worstRatio = -1.0
    for channel in 0..<applied.table.count {
      let expected = map.applied(to: before.values[channel], channel: channel)
      let found = identity?.applied(to: after.values[channel], channel: channel) ?? after.values[channel]
      let shift = identity.map { abs($0.beta[channel]) } ?? 0
      let size = after.magnitudes[channel] + shift
      let sizeBefore = abs(map.scale[channel]) * before.magnitudes[channel] + abs(map.shift[channel])
      let ulp = unit * size + least * Double(before.terms + 1)
      let noise = Tolerance.sum(terms: before.terms) * (sizeBefore + size)
      let error = abs(expected - found) / ulp
      // Where the batch normalization stays, its variance is rounded as well, which moves the result by half as much.
      let tolerance = (identity == nil ? 0.5 : 0.75) + noise / ulp
      let ratio = error.isNaN ? .infinity : error / tolerance
      if ratio > worstRatio {
        worstRatio = ratio
        worst = FoldComparison(
          layer: fold.kernel, largestError: error.isNaN ? .infinity : error, channel: channel,
          tolerance: tolerance, obstacle: nil)
      }
    }
    return worst
  }

  private func obstacle(_ fold: PlannedFold, _ what: String) -> FoldComparison {
    FoldComparison(layer: fold.kernel, largestError: .infinity, channel: 0, tolerance: 0, obstacle: what)
  }
}

extension ChannelAffine {
  /// The map of the batch normalization of a fold, as a file has it.
  fileprivate init(of dictionary: StateDictionary, _ fold: PlannedFold, epsilon: Double) throws {
    try self.init(
      of: dictionary.normalizationLayer(of: fold),
      normalization: BatchNormalization(axes: [1], epsilon: epsilon, centers: true, scales: true),
      from: dictionary)
  }
}

/// What a kernel and its bias give for random inputs, by channel.
private struct Sums {
  /// The number of products in each.
  let terms: Int
  private(set) var values: [Double]
  /// The sums of the magnitudes.
  private(set) var magnitudes: [Double]

  /// The sums of two files, for the same inputs.
  ///
  /// - Throws: `PlanMismatch` where the kernel of one is not there, or has another shape.
  static func pair(
    of fold: PlannedFold, in first: StateDictionary, _ second: StateDictionary, table: ChannelTable,
    seed: UInt64
  ) throws -> (Sums, Sums) {
    guard let one = first.variable(fold.kernel, .kernel), let other = second.variable(fold.kernel, .kernel)
    else {
      throw PlanMismatch(tensor: fold.kernel, reason: "there is no such tensor")
    }
    guard one.shape == other.shape else {
      throw PlanMismatch(tensor: fold.kernel, reason: "it was written with another shape")
    }
    let count = one.shape.elementCount
    var sums = (Sums(elements: count, channels: table.count), Sums(elements: count, channels: table.count))
    var generator = SeededGenerator(seed: seed)
    for block in (0..<count).blocks(of: 1 << 14) {
      // 53 bits and a sign: next to none of them is 0, which would hide its element.
      let inputs = block.map { _ in Double(Int64(bitPattern: generator.next()) >> 10) * 0x1p-53 }
      sums.0.add(try one.elements(from: first, range: block), times: inputs, from: block.lowerBound, table)
      sums.1.add(try other.elements(from: second, range: block), times: inputs, from: block.lowerBound, table)
    }
    try sums.0.addBias(of: fold, in: first)
    try sums.1.addBias(of: fold, in: second)
    return sums
  }

  private init(elements: Int, channels: Int) {
    terms = elements / max(1, channels) + 1
    values = [Double](repeating: 0, count: channels)
    magnitudes = values
  }

  private mutating func add(
    _ elements: [Double], times inputs: [Double], from first: Int, _ table: ChannelTable
  ) {
    for (offset, (element, input)) in zip(elements, inputs).enumerated() {
      let channel = table.channel(ofElement: first + offset)
      values[channel] += element * input
      magnitudes[channel] += abs(element * input)
    }
  }

  private mutating func addBias(of fold: PlannedFold, in dictionary: StateDictionary) throws {
    guard let bias = dictionary.variable(fold.bias, .bias) else { return }
    let elements: [Double] = try bias.elements(from: dictionary)
    for (channel, element) in elements.enumerated() where channel < values.count {
      values[channel] += element
      magnitudes[channel] += abs(element)
    }
  }
}
