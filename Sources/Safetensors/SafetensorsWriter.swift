import Arrays
import Bytes
import Files
import LosslessJSON

extension NamedArray {
  /// A tensor as it is in a file.
  public init(copying tensor: StoredTensor, of file: SafetensorsFile) {
    self.init(
      name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, byteCount: tensor.bytes.count,
      content: .stored(file.input, offset: tensor.bytes.lowerBound))
  }

  /// Whether a safetensors file can have its type.
  public var fitsSafetensors: Bool { StoredElement.name(of: elementType) != nil }
}

/// A new safetensors file: its header, and the pieces of its tensors.
///
/// Source: huggingface/safetensors, README.md "Format".
public struct SafetensorsWriter: Sendable {
  private let header: [UInt8]
  private let blocks: [ArrayBlock]

  /// Lays a file out.
  ///
  /// - Parameters:
  ///   - tensors: in the order in which they shall lie in the file.
  ///   - metadataText: the text of `__metadata__`; nil for none.
  /// - Precondition: each has a type that fits.
  public init(_ tensors: [NamedArray], metadataText: ByteString?) {
    var entries: [ByteString] = metadataText.map { [ByteString("\"__metadata__\":") + $0] } ?? []
    var end = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      guard let type = StoredElement.name(of: tensor.elementType) else {
        preconditionFailure("safetensors files have no elements of type \(tensor.elementType)")
      }
      let offsets = "\(end),\(end + tensor.byteCount)"
      entries.append(
        JSONEditor.quoted(tensor.name) + ":{\"dtype\":" + JSONEditor.quoted(type)
          + ByteString(",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"))
      end += tensor.byteCount
    }
    var text =
      Array("{".utf8) + Array(entries.map(\.bytes).joined(separator: [UInt8(ascii: ",")])) + Array("}".utf8)
    // The tensors begin at a multiple of eight.
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    header = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    var place = header.count
    var blocks: [ArrayBlock] = []
    for tensor in tensors {
      blocks += ArrayBlock.blocks(of: tensor.content, byteCount: tensor.byteCount, at: place)
      place += tensor.byteCount
    }
    self.blocks = blocks
  }

  /// Writes the file.
  ///
  /// - Parameter descriptor: an empty file, open for reading and writing.
  /// - Throws: `SafetensorsError` if it cannot be written, or if what it is made of cannot be read.
  public func write(to descriptor: Int32) throws(SafetensorsError) {
    if let code = header.withUnsafeBytes({ writeAll($0, to: descriptor, at: 0) }) {
      throw SafetensorsError(.cannotWrite(code))
    }
    do throws(ArrayMover.Failure) {
      try ArrayMover.move(blocks, to: descriptor)
    } catch {
      switch error {
      case .read(let error): throw SafetensorsError(.file(error.rule))
      case .write(let code): throw SafetensorsError(.cannotWrite(code))
      }
    }
  }

  /// Whether a file is, byte for byte, what has to be written.
  ///
  /// - Throws: `SafetensorsError` where it, or what it is made of, cannot be read.
  public func isWritten(in file: InputFile) throws(SafetensorsError) -> Bool {
    do throws(FileError) {
      guard file.byteCount >= header.count, try file.read(header.count, from: 0) == header else {
        return false
      }
      return try ArrayMover.areEqual(blocks, in: file)
    } catch {
      throw SafetensorsError(.file(error.rule))
    }
  }
}
