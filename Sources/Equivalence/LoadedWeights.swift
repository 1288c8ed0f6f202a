import ModelGraph
import Tensor

/// The stored weights of one layer, in memory: they are read from the file once and used several times.
struct LoadedWeights: WeightStore {
  private var bytes: [Int: [UInt8]] = [:]
  private var sizes: [Int: Int] = [:]

  /// - Throws: what the store throws.
  init(of layer: Layer, from store: any WeightStore) throws {
    for variable in layer.core.variables ?? [] {
      guard case .stored(let number) = variable.value, let size = variable.elementType.byteCount else {
        continue
      }
      bytes[number] = try store.bytes(ofWeight: number, elements: 0..<variable.shape.elementCount)
      sizes[number] = size
    }
  }

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    guard let all = bytes[number], let size = sizes[number] else {
      preconditionFailure("a weight of another layer is asked for")
    }
    return Array(all[elements.lowerBound * size..<elements.upperBound * size])
  }

  func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard let all = bytes[number], let size = sizes[number] else {
      preconditionFailure("a weight of another layer is asked for")
    }
    all.withUnsafeBytes {
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: $0[elements.lowerBound * size..<elements.upperBound * size]))
    }
  }
}
