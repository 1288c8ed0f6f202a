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
    guard let size = types[number]?.byteCount else { return bytes }
    // Little endian: the sign is the highest bit of an element's last byte.
    let sign: UInt8 = negative.contains(number) ? 0x80 : 0
    bytes.withUnsafeMutableBufferPointer { bytes in
      for index in stride(from: size - 1, to: bytes.count, by: size) {
        bytes[index] = bytes[index] & 0x7F | sign
      }
    }
    return bytes
  }
}
