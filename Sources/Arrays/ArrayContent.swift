import Elements
import Files

/// Where the elements of an array come from.
public indirect enum ArrayContent: Sendable {
  /// As they lie in a file, from an offset on.
  case stored(InputFile, offset: Int)
  /// As another object decodes them when it is asked for a range of their bytes.
  case decoded(@Sendable (Range<Int>) throws(FileError) -> [UInt8])
  /// Other elements, each multiplied by the factors of its channels and rounded once to their type.
  case scaled(ArrayContent, ElementScale, ElementType)
  /// Other elements, each rounded once to another type.
  case rounded(ArrayContent, from: ElementType, to: ElementType)
  /// New elements, rounded once to the type.
  case values([Double], ElementType)

  /// Makes elements, little endian.
  ///
  /// - Parameters:
  ///   - buffer: memory for whole elements.
  ///   - offset: the first one's offset in the array, in bytes.
  /// - Throws: `FileError` where they cannot be read.
  public func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(FileError) {
    switch self {
    case .stored(let file, let start): try file.fill(buffer, from: start + offset)
    case .decoded(let read): buffer.copyBytes(from: try read(offset..<offset + buffer.count))
    case .scaled(let content, let scale, let type):
      try content.fill(buffer, from: offset)
      scale.apply(to: buffer, type: type, first: elements(offset, type))
    case .rounded(let content, let from, let to):
      let (first, count) = (elements(offset, to), elements(buffer.count, to))
      let size = from.byteCount ?? 0
      let original = try content.bytes(first * size..<(first + count) * size)
      let values: [Double] = original.withUnsafeBytes { from.decode($0) }
      buffer.copyBytes(from: to.encode(values))
    case .values(let values, let type):
      let first = elements(offset, type)
      buffer.copyBytes(from: type.encode(Array(values[first..<first + elements(buffer.count, type)])))
    }
  }

  /// Makes elements, little endian.
  ///
  /// - Parameter range: which ones, in bytes of the array.
  /// - Throws: `FileError` where they cannot be read.
  public func bytes(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    if case .stored(let file, let start) = self {
      return try file.read(range.count, from: start + range.lowerBound)
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    var failure: FileError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) {
        try fill(buffer, from: range.lowerBound)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private func elements(_ bytes: Int, _ type: ElementType) -> Int { bytes / (type.byteCount ?? 1) }
}
