import Bytes
import Elements
import ModelGraph

/// Finds the elements of a kernel that are not what the others of their channel make them out to be.
struct KernelDamage {
  private let kernels: KernelPair
  private let pair: LayerPair

  /// Output channels that are looked at: what is wrong in more of them is said as well by these.
  private static let channelsLookedAt = 64

  init(_ kernels: KernelPair, pair: LayerPair) {
    self.kernels = kernels
    self.pair = pair
  }

  /// An element of a channel that is looked at.
  private struct Element {
    let index: Int
    /// What it is a multiple of, and what it is.
    let base: Double
    let value: Double
    let input: Int
  }

  /// - Parameters:
  ///   - bad: output channels whose elements are not proportional.
  ///   - sources: of the relations of the input.
  /// - Throws: what the stores throw.
  func mismatch(of bad: [Int], sources: SourceTable) throws -> Mismatch {
    let channels = Array(bad.prefix(Self.channelsLookedAt))
    let elements = try self.elements(of: channels)
    var off: [(element: Element, expected: Double)] = []
    for channel in channels { off += outliers(among: elements[channel] ?? []) }
    off.sort { $0.element.index < $1.element.index }
    guard let first = off.first else {
      return pair.mismatch(
        kernels.new.role.subject, "a multiple of the original", "none, in channel \(bad[0])")
    }
    var mismatch = pair.element(
      of: kernels.new, at: first.element.index, expected: first.expected, found: first.element.value)
    mismatch.count = off.count
    guard let input = kernels.input else { return mismatch }
    if kernels.isUnchanged {
      // A kernel that is what it was is not at fault for what it reads.
      let before = Set(input.map(\.sources)).flatMap { sources[$0] }
      mismatch.suspects = before.isEmpty ? mismatch.suspects : Set(before).sorted()
      mismatch.isOfInput = true
      return mismatch
    }
    // One input channel that is off in every output has been so before it came here.
    let counts = Dictionary(grouping: off.map(\.element.input)) { $0 }.mapValues(\.count)
    guard let worst = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return mismatch }
    let before = sources[input[worst.key].sources]
    if worst.value * 2 > off.count, worst.value * 2 > channels.count, !before.isEmpty {
      mismatch.suspects = channels.count == 1 ? before + mismatch.suspects : before
      mismatch.isOfInput = true
    } else {
      mismatch.suspects += before
    }
    return mismatch
  }

  private func elements(of channels: [Int]) throws -> [Int: [Element]] {
    let wanted = Set(channels)
    let (axes, input) = (kernels.axes, kernels.input)
    var found: [Int: [Element]] = [:]
    for block in (0..<kernels.old.shape.elementCount).blocks(of: 1 << 14) {
      let (old, new) = try kernels.elements(block)
      for index in block {
        let output = axes.output.channel(ofElement: index)
        guard wanted.contains(output) else { continue }
        let channel = axes.inputChannel(ofElement: index)
        let (value, base) = (new[index - block.lowerBound], old[index - block.lowerBound])
        guard let relation = input?[channel] else {
          found[output, default: []].append(Element(index: index, base: base, value: value, input: channel))
          continue
        }
        // A constant on both sides says nothing; one of the original alone must not be used.
        if relation.isOldConstant, relation.isNewConstant { continue }
        let isUsed = !relation.isOldConstant
        let ratio = relation.ratio == 0 ? 1 : relation.ratio
        found[output, default: []].append(
          Element(index: index, base: isUsed ? base / ratio : 0, value: value, input: channel))
      }
    }
    return found
  }

  private func outliers(among elements: [Element]) -> [(element: Element, expected: Double)] {
    let half = HalfUnits(kernels.new.elementType)
    let units = kernels.arithmetic.units(2 * Arithmetic.unitsOfAnElement) + Arithmetic.unit
    let quotients = elements.filter { $0.base != 0 && $0.value.isFinite }.map { $0.value / $0.base }.sorted()
    let ratio = quotients.isEmpty ? 0 : quotients[quotients.count / 2]
    return elements.compactMap { element in
      let expected = element.base * ratio
      let most = 2 * half.around(abs(element.value)).above + units * abs(expected)
      return abs(element.value - expected) <= most ? nil : (element, expected)
    }
  }
}
