import Bytes
import Elements
import ModelGraph
import Parallel
import Synchronization

/// Whether all weights that a fold changes are finite in their element types.
enum StorableWeights {
  /// Elements that are looked at in one go; small enough that the allocator gives the same memory again.
  private static let blockElements = 1 << 14
  /// Below this, starting a second thread costs more than it saves.
  private static let blocksWorthASecondThread = 16

  /// - Throws: `Refusal` with the first weight that does not fit, or what the store throws.
  static func check(_ layer: Layer, store: any WeightStore) throws {
    for variable in layer.variables ?? [] {
      switch variable.value {
      case .stored: break
      case .scaled(let number, let scale): try check(variable, number: number, scale: scale, store: store)
      case .computed(let values):
        if let index = values.firstIndex(where: { !variable.elementType.rounded($0).isFinite }) {
          throw overflow(variable, value: values[index])
        }
      }
    }
  }

  /// First by one bound for the whole kernel, which is cheap; element by element only if that does not settle it.
  private static func check(
    _ variable: Variable, number: Int, scale: ElementScale, store: any WeightStore
  ) throws {
    guard let limit = variable.elementType.greatestFiniteMagnitude else { return }
    let largest = try largestMagnitude(variable, number: number, store: store)
    guard scale.bound(forMagnitude: largest) > limit else { return }
    for block in (0..<variable.shape.elementCount).blocks(of: blockElements) {
      let bytes = try store.bytes(ofWeight: number, elements: block)
      let elements: [Double] = bytes.withUnsafeBytes { variable.elementType.decode($0) }
      for (offset, element) in elements.enumerated() {
        let value = scale.value(of: element, at: block.lowerBound + offset)
        if !variable.elementType.rounded(value).isFinite { throw overflow(variable, value: value) }
      }
    }
  }

  private static func largestMagnitude(
    _ variable: Variable, number: Int, store: any WeightStore
  ) throws -> Double {
    let blocks = Array((0..<variable.shape.elementCount).blocks(of: blockElements))
    let largest = Mutex(0.0)
    let threads = blocks.count >= blocksWorthASecondThread ? processorCount() : 1
    try shareWork(of: blocks.count, threads: threads) { index in
      let bytes = try store.bytes(ofWeight: number, elements: blocks[index])
      guard let found = bytes.withUnsafeBytes({ largestMagnitude($0, variable.elementType) }) else {
        throw Refusal(.notFinite, "the weight \(variable.name) has NaN or infinite elements")
      }
      largest.withLock { $0 = max($0, found) }
    }
    return largest.withLock { $0 }
  }

  private static func overflow(_ variable: Variable, value: Double) -> Refusal {
    Refusal(
      .overflow, "an element of \(variable.name) would become \(value), too large for \(variable.elementType)"
    )
  }

  /// The largest magnitude; nil if an element is not finite.
  ///
  /// Magnitudes of IEEE 754 numbers order like their bits without the sign, and integers are compared faster.
  private static func largestMagnitude(_ raw: UnsafeRawBufferPointer, _ type: ElementType) -> Double? {
    switch type {
    case .float32:
      let bits = raw.withMemoryRebound(to: Int32.self) { elements in
        var largest: Int32 = 0
        for element in elements { largest = max(largest, element & 0x7FFF_FFFF) }
        return largest
      }
      let value = Float(bitPattern: UInt32(bits))
      return value.isFinite ? Double(value) : nil
    case .float16, .bfloat16, .float64:
      let elements: [Double] = type.decode(raw)
      guard elements.allSatisfy(\.isFinite) else { return nil }
      return elements.reduce(0) { max($0, abs($1)) }
    case .integer, .boolean, .other: return nil
    }
  }
}
