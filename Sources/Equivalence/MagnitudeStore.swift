import ModelGraph
import Tensor

/// The weights of a store without their signs.
///
/// A layer run on magnitudes gives the sum of the magnitudes of its terms, to which rounding errors are relative.
struct MagnitudeStore: WeightStore {
  let base: any WeightStore
  /// Element types by number, to know where the sign bits are.
  private var types: [Int: ElementType] = [:]
  /// Weights that are made negative instead: a mean is subtracted.
  private var negative: Set<Int> = []

  /// - Parameter layers: the layers that will be run, whose weights are all stored.
  init(_ base: any WeightStore, layers: [Layer]) {
    self.base = base
    for variable in layers.flatMap({ $0.core.variables ?? [] }) {
      guard case .stored(let number) = variable.value, variable.role != .movingVariance else { continue }
      types[number] = variable.elementType
      if variable.role == .movingMean { negative.insert(number) }
    }
  }

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    var bytes = try base.bytes(ofWeight: number, elements: elements)
    let isNegative = negative.contains(number)
    bytes.withUnsafeMutableBytes { bytes in
      switch types[number]?.byteCount {
      case 2: Self.setSigns(of: bytes.assumingMemoryBound(to: UInt16.self), isNegative)
      case 4: Self.setSigns(of: bytes.assumingMemoryBound(to: UInt32.self), isNegative)
      case 8: Self.setSigns(of: bytes.assumingMemoryBound(to: UInt64.self), isNegative)
      default: break
      }
    }
    return bytes
  }

  /// The sign is an element's highest bit.
  @inline(__always)
  private static func setSigns<Bits: FixedWidthInteger>(
    of elements: UnsafeMutableBufferPointer<Bits>, _ isNegative: Bool
  ) {
    let sign: Bits = 1 << (Bits.bitWidth - 1)
    for index in elements.indices {
      elements[index] = isNegative ? elements[index] | sign : elements[index] & ~sign
    }
  }
}
