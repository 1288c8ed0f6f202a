import Bytes
import Elements
import ModelGraph

/// A weight and where it is.
struct KernelReader {
  let variable: Variable
  private let store: any WeightStore

  init(_ variable: Variable, _ store: any WeightStore) { (self.variable, self.store) = (variable, store) }

  func elements(_ range: Range<Int>) throws -> [Double] { try variable.elements(from: store, range: range) }
}

/// A kernel before a fold and after it.
struct KernelPair {
  let layer: ByteString
  let axes: KernelAxes
  let old: KernelReader
  let new: KernelReader
  /// After it, before it was rounded; nil where that is not known.
  let exact: KernelReader?

  /// What has changed; nil where all elements are the same.
  ///
  /// - Throws: what the weight stores throw.
  func change() throws -> KernelChange? {
    var before = KernelMagnitudes(channels: axes.outputs)
    var after = before
    var isChanged = false
    var error: Double? = exact == nil ? nil : 0
    let rounding = UnitsInTheLastPlace(new.variable.elementType)
    for block in KernelMagnitudes.blocks(of: old.variable.shape, axes) {
      let (old, new) = (try old.elements(block), try new.elements(block))
      before.add(old, from: block.lowerBound, axes)
      after.add(new, from: block.lowerBound, axes)
      isChanged = isChanged || old != new
      guard let exact else { continue }
      error = max(error ?? 0, rounding.largest(from: try exact.elements(block), to: new))
    }
    guard isChanged else { return nil }
    return KernelChange(
      layer: layer, channels: axes.outputs, before: ChannelRanges(of: before.largest),
      after: ChannelRanges(of: after.largest), deadChannels: after.largest.count { $0 == 0 },
      largestError: error)
  }
}

/// Distances in units in the last place of a type.
struct UnitsInTheLastPlace {
  /// Units in the place of a number are its power of two by this.
  private let unitOfOne: Double
  /// The exponent below which units get no smaller, as a Double has it.
  private let leastExponent: UInt64

  init(_ type: ElementType) {
    unitOfOne = type.ulpOfOne ?? 1
    leastExponent = type.leastNormalMagnitude.map { $0.bitPattern >> 52 } ?? 1
  }

  /// The largest distance of stored numbers from the exact ones, in units of the stored.
  func largest(from exact: [Double], to stored: [Double]) -> Double {
    var largest = 0.0
    exact.withUnsafeBufferPointer { exact in
      stored.withUnsafeBufferPointer { stored in
        for index in 0..<min(exact.count, stored.count) {
          let exponent = max(stored[index].bitPattern >> 52 & 0x7FF, leastExponent)
          // The inverse of a power of two has the exponent on the other side of the bias.
          let inverse = Double(bitPattern: (2046 &- min(exponent, 2046)) << 52)
          let distance = abs(stored[index] - exact[index]) * inverse
          largest = distance > largest ? distance : largest
        }
      }
    }
    return largest / unitOfOne
  }
}
