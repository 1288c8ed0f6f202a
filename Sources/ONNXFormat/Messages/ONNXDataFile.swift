import Arrays
import Bytes
import Files
import ModelFormats

/// A file beside a model with the elements of its tensors.
///
/// Source: onnx/docs/ExternalData.md; offsets at whole pages can be mapped.
public struct ONNXDataFile: Sendable {
  /// The name of the file in the folder of the model.
  public let location: ByteString
  /// Bytes of the whole file.
  public private(set) var byteCount = 0
  private var blocks: [ArrayBlock] = []

  private static let alignment = 4096
  /// Below this, elements stay in the model.
  static let smallest = 1024

  init(location: ByteString) { self.location = location }

  /// Adds elements.
  mutating func add(_ data: ONNXTensorData) -> ONNXExternalRange {
    let padding = (Self.alignment - byteCount % Self.alignment) % Self.alignment
    blocks += ArrayBlock.blocks(
      of: .decoded { (range) throws(FileError) in [UInt8](repeating: 0, count: range.count) },
      byteCount: padding, at: byteCount)
    let range = ONNXExternalRange(
      location: location, offset: byteCount + padding, length: data.byteCount)
    blocks += ArrayBlock.blocks(of: data.content, byteCount: data.byteCount, at: range.offset)
    byteCount = range.bytes.upperBound
    return range
  }

  /// Writes the file.
  ///
  /// - Parameters:
  ///   - descriptor: an empty file, open for reading and writing.
  ///   - path: its name, for errors.
  /// - Throws: `ModelFileError` if it cannot be written, or if what it is made of cannot be read.
  public func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    do throws(ArrayMover.Failure) {
      try ArrayMover.move(blocks, to: descriptor)
    } catch {
      switch error {
      case .read(let error): throw ModelFileError(error)
      case .write(let code): throw ModelFileError(.cannotWrite(code), file: path)
      }
    }
  }

  /// Whether a file is, byte for byte, what has to be written.
  ///
  /// - Throws: `ModelFileError` where it, or what it is made of, cannot be read.
  public func isWritten(in file: InputFile) throws(ModelFileError) -> Bool {
    guard file.byteCount == byteCount else { return false }
    return try FileReading.inFile { () throws(FileError) in try ArrayMover.areEqual(blocks, in: file) }
  }
}
