import Arrays
import Bytes
import Elements
import Files
import ModelFormats
import Wire

/// The elements of tensors, read when they are asked for.
public struct ONNXTensorReader: Sendable {
  private let source: WireSource
  private let path: String
  private let external: ONNXExternalData

  /// Makes a reader of a model and its other files.
  public init(_ model: ONNXModel, external: ONNXExternalData = ONNXExternalData()) {
    (source, path, self.external) = (model.source, model.path, external)
  }

  /// Elements in row-major order, little endian, of the tensor's element type.
  ///
  /// - Throws: `ModelFileError` where they cannot be read, or are not of the type.
  /// - Precondition: the type has a size, and the tensor these elements.
  public func bytes(of tensor: ONNXTensor, elements: Range<Int>) throws(ModelFileError) -> [UInt8] {
    var failure: ModelFileError?
    let count = elements.count * size(of: tensor)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(ModelFileError) {
        try read(tensor, elements: elements, into: UnsafeMutableRawBufferPointer(buffer))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads elements as `bytes(of:elements:)` gives them.
  ///
  /// The buffer has room for these elements.
  /// - Throws: `ModelFileError` where they cannot be read, or are not of the type.
  public func read(
    _ tensor: ONNXTensor, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ModelFileError) {
    let size = size(of: tensor)
    precondition(elements.lowerBound >= 0 && elements.upperBound <= tensor.elementCount)
    precondition(buffer.count == elements.count * size)
    if buffer.isEmpty { return }
    switch tensor.storage {
    case .raw(let range):
      try fill(buffer, from: source.content(from: range.lowerBound), elements.lowerBound * size)
    case .external(let range):
      let file = try externalFile(of: tensor, range)
      try fill(buffer, from: .stored(file, offset: range.offset), elements.lowerBound * size)
    case .typed(let numbers): try decode(numbers, elements, of: tensor, into: buffer)
    case .strings: preconditionFailure("texts have no size")
    }
  }

  /// The elements of a tensor of any type whose bytes lie in one piece as they are; nil otherwise.
  ///
  /// - Throws: `ModelFileError` where its file was not opened.
  func stored(_ tensor: ONNXTensor) throws(ModelFileError) -> ArrayContent? {
    switch tensor.storage {
    case .raw(let range): source.content(from: range.lowerBound)
    case .external(let range): .stored(try externalFile(of: tensor, range), offset: range.offset)
    case .typed, .strings: nil
    }
  }

  /// The elements of a tensor, for a file that is to be written; nil where they are numbers of a type without a size.
  ///
  /// - Throws: `ModelFileError` where its file was not opened.
  public func content(of tensor: ONNXTensor) throws(ModelFileError) -> ArrayContent? {
    if let stored = try stored(tensor) { return stored }
    guard let size = tensor.elementType.byteCount else { return nil }
    return .decoded { (range) throws(FileError) in
      do throws(ModelFileError) {
        return try bytes(of: tensor, elements: range.lowerBound / size..<range.upperBound / size)
      } catch {
        if case .wire(let wire) = error.rule, case .file(let rule) = wire.rule {
          throw FileError(rule, path: path)
        }
        throw FileError(.damaged("\(error.place): \(error.rule)"), path: path)
      }
    }
  }

  private func externalFile(
    of tensor: ONNXTensor, _ range: ONNXExternalRange
  ) throws(ModelFileError) -> InputFile {
    do throws(ONNXRule) {
      return try external.file(of: range)
    } catch {
      throw ModelFileError(error, file: path, place: "the tensor \(tensor.name)")
    }
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from content: ArrayContent, _ offset: Int
  ) throws(ModelFileError) {
    try FileReading.inFile { () throws(FileError) in try content.fill(buffer, from: offset) }
  }

  private func decode(
    _ numbers: WireNumbers, _ elements: Range<Int>, of tensor: ONNXTensor,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ModelFileError) {
    let size = size(of: tensor)
    if let range = numbers.fixedRange {
      return try fill(buffer, from: source.content(from: range.lowerBound), elements.lowerBound * size)
    }
    var offset = 0
    var impossible: Int64?
    do throws(WireError) {
      try numbers.read(elements, from: WireReader(source)) { bits in
        if numbers.type == .varint, !tensor.elementType.holds(Int64(bitPattern: bits)) {
          impossible = impossible ?? Int64(bitPattern: bits)
        }
        withUnsafeBytes(of: bits.littleEndian) { bytes in
          UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + size])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<size]))
        }
        offset += size
      }
    } catch {
      throw ModelFileError(.wire(error), file: path)
    }
    if let impossible {
      throw ModelFileError(
        ONNXRule.value(impossible, type: tensor.elementType), file: path, place: "the tensor \(tensor.name)")
    }
  }

  private func size(of tensor: ONNXTensor) -> Int {
    guard let size = tensor.elementType.byteCount else {
      preconditionFailure("elements of type \(tensor.elementType) are only carried")
    }
    return size
  }
}

extension ElementType {
  /// Whether a number in one of ONNX's fields is an element of the type.
  ///
  /// Floating-point numbers of 16 bits are bit patterns there, with a sign or without.
  fileprivate func holds(_ value: Int64) -> Bool {
    switch self {
    case .boolean: 0...1 ~= value
    case .float16, .bfloat16: Int64(Int16.min)...Int64(UInt16.max) ~= value
    case .integer(64, _): true
    case .integer(let bits, isSigned: true): -(1 << (bits - 1))..<1 << (bits - 1) ~= value
    case .integer(let bits, isSigned: false): 0..<1 << bits ~= value
    case .float32, .float64, .other: true
    }
  }
}
