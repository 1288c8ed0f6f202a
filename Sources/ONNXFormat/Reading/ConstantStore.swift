import Arrays
import Bytes
import Elements
import Files
import Inference
import ModelFormats
import ModelGraph
import Synchronization

/// Reads the constants of a model when they are needed.
final class ConstantStore: WeightStore {
  private let table: ConstantTable
  private let reader: ONNXTensorReader
  /// The last constant whose axes were reordered: it is read in blocks, each of which would need all of it.
  private let reordered = Mutex<(number: Int, bytes: [UInt8])?>(nil)

  init(_ table: ConstantTable, reader: ONNXTensorReader) {
    (self.table, self.reader) = (table, reader)
  }

  /// All elements of a constant, for a file that is to be written.
  ///
  /// - Throws: `ModelFileError` where its file was not opened.
  func content(ofWeight number: Int, path: String) throws(ModelFileError) -> ArrayContent {
    if case .stored(let tensor) = table.entries[number].content, let content = try reader.content(of: tensor)
    {
      return content
    }
    let size = table.entries[number].elementType.byteCount ?? 1
    return .decoded { (range) throws(FileError) in
      let elements = range.lowerBound / size..<(range.upperBound + size - 1) / size
      do {
        let bytes = try self.bytes(ofWeight: number, elements: elements)
        let first = range.lowerBound - elements.lowerBound * size
        return Array(bytes[first..<first + range.count])
      } catch {
        throw FileError(.damaged("\(error)"), path: path)
      }
    }
  }

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    let entry = table.entries[number]
    switch entry.content {
    case .stored(let tensor): return try reader.bytes(of: tensor, elements: elements)
    case .computed(let bytes): return Array(bytes[range(elements, of: entry)])
    case .filled(let element):
      let count = elements.count * element.count
      return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        fill(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
          with: element)
        initialized = count
      }
    case .transposed(let source, let shape, let order):
      let all = try reordered.withLock { kept in
        if let kept, kept.number == number { return kept.bytes }
        let bytes = try self.reordered(source, shape: shape, order: order)
        kept = (number, bytes)
        return bytes
      }
      return Array(all[range(elements, of: entry)])
    }
  }

  func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    switch table.entries[number].content {
    case .stored(let tensor): try reader.read(tensor, elements: elements, into: buffer)
    case .filled(let element): fill(buffer, with: element)
    case .computed, .transposed: buffer.copyBytes(from: try bytes(ofWeight: number, elements: elements))
    }
  }

  /// Repeats an element: what is written is copied behind itself, twice as much each time.
  private func fill(_ buffer: UnsafeMutableRawBufferPointer, with element: [UInt8]) {
    guard buffer.count >= element.count, !element.isEmpty else { return }
    buffer.copyBytes(from: element)
    var count = element.count
    while count < buffer.count {
      let next = min(count, buffer.count - count)
      buffer.baseAddress?.advanced(by: count).copyMemory(
        from: UnsafeRawPointer(buffer.baseAddress!), byteCount: next)
      count += next
    }
  }

  private func range(_ elements: Range<Int>, of entry: ConstantTable.Entry) -> Range<Int> {
    let size = entry.elementType.byteCount ?? 1
    return elements.lowerBound * size..<elements.upperBound * size
  }

  private func reordered(_ source: Int, shape: Shape, order: [Int]) throws -> [UInt8] {
    let size = table.entries[source].elementType.byteCount ?? 1
    let bytes = try bytes(ofWeight: source, elements: 0..<shape.elementCount)
    var strides = [Int](repeating: size, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    // The bytes of an element are an axis of their own.
    return StridedCopy(shape: order.map { shape[$0] } + [size], strides: order.map { strides[$0] } + [1])
      .elements(of: bytes)
  }
}
