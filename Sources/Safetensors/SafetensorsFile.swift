import Bytes
import Elements
import Files
import LosslessJSON

/// A tensor of a safetensors file.
public struct StoredTensor: Sendable {
  public let name: ByteString
  public let elementType: ElementType
  public let shape: Shape
  /// Where its elements lie in the file.
  public let bytes: Range<Int>
}

/// A safetensors file open for reading: named tensors, one behind the other without a gap.
///
/// Source: huggingface/safetensors, README.md "Format" and safetensors/src/tensor.rs `Metadata::validate`.
public struct SafetensorsFile: Sendable {
  /// In the order in which they lie in the file.
  public let tensors: [StoredTensor]
  /// The text of `__metadata__` as it is spelled; nil if there is none.
  public let metadataText: ByteString?
  /// The pairs of `__metadata__`.
  public let metadata: [(key: ByteString, value: ByteString)]
  public let input: InputFile

  /// Limits that bound time and memory of reading the header.
  public struct Limits: Sendable {
    /// Bytes of the header; the format allows no more than this.
    public var headerBytes = 100_000_000
    /// Tensors of a file.
    public var tensors = 1_000_000
    /// Axes of a tensor; numpy has no more.
    public var rank = 64

    public init() {}
  }

  private static let lengthBytes = 8

  /// Whether a file may be one: nothing but the length of its header and a brace tells.
  public static func mayBe(startingWith head: [UInt8], byteCount: Int) -> Bool {
    head.count > lengthBytes && head[lengthBytes] == UInt8(ascii: "{")
      && length(head) <= UInt64(max(0, byteCount - lengthBytes))
  }

  private static func length(_ head: [UInt8]) -> UInt64 {
    head.prefix(lengthBytes).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads the header of a file, and checks that it fits the file.
  ///
  /// - Throws: `SafetensorsError`, which names the tensor and the broken rule.
  public init(
    reading input: InputFile, limits: Limits = Limits(), json: JSONLimits = JSONLimits()
  ) throws(SafetensorsError) {
    self.input = input
    let document = try Self.header(of: input, limits: limits, json: json)
    guard let members = document.root.members else { throw SafetensorsError(.headerStart) }
    guard members.count <= limits.tensors else {
      throw SafetensorsError(.tooManyTensors(members.count, limit: limits.tensors))
    }
    var tensors: [StoredTensor] = []
    var metadata: JSONValue?
    let start = Self.lengthBytes + document.text.count
    for member in members {
      if member.key == "__metadata__" {
        metadata = member.value
      } else {
        tensors.append(try TensorEntry(member).tensor(from: start, maximumRank: limits.rank))
      }
    }
    tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    var end = start
    for tensor in tensors {
      guard tensor.bytes.lowerBound == end else {
        let found = tensor.bytes.lowerBound - start..<tensor.bytes.upperBound - start
        throw SafetensorsError(.offsets(found: found, expectedStart: end - start), tensor: tensor.name)
      }
      end = tensor.bytes.upperBound
    }
    guard end == input.byteCount else {
      throw SafetensorsError(.end(found: end, expected: input.byteCount))
    }
    self.tensors = tensors
    metadataText = metadata.flatMap { $0.isNull ? nil : document.source(of: $0) }
    self.metadata = try Self.pairs(of: metadata)
  }

  private static func header(
    of input: InputFile, limits: Limits, json: JSONLimits
  ) throws(SafetensorsError) -> JSONDocument {
    guard input.byteCount >= lengthBytes else { throw SafetensorsError(.noHeader) }
    let bytes = length(try read(lengthBytes, from: 0, of: input))
    guard bytes <= UInt64(limits.headerBytes) else {
      throw SafetensorsError(.headerTooLarge(bytes: bytes, limit: limits.headerBytes))
    }
    guard bytes <= UInt64(input.byteCount - lengthBytes) else {
      throw SafetensorsError(.headerBeyondEnd(bytes: bytes))
    }
    let text = try read(Int(bytes), from: lengthBytes, of: input)
    guard text.first == UInt8(ascii: "{") else { throw SafetensorsError(.headerStart) }
    do throws(JSONError) {
      return try JSONDocument(parsing: text, limits: json)
    } catch {
      throw SafetensorsError(.notJSON(error))
    }
  }

  private static func read(
    _ count: Int, from offset: Int, of input: InputFile
  ) throws(SafetensorsError) -> [UInt8] {
    do throws(FileError) {
      return try input.read(count, from: offset)
    } catch {
      throw SafetensorsError(.file(error.rule))
    }
  }

  private static func pairs(
    of metadata: JSONValue?
  ) throws(SafetensorsError) -> [(key: ByteString, value: ByteString)] {
    guard let metadata, !metadata.isNull else { return [] }
    guard let members = metadata.members else { throw SafetensorsError(.metadata) }
    var pairs: [(key: ByteString, value: ByteString)] = []
    for member in members {
      guard let value = member.value.string else { throw SafetensorsError(.metadata) }
      pairs.append((member.key, value))
    }
    return pairs
  }

  /// Elements of a tensor as they are stored.
  ///
  /// - Parameters:
  ///   - tensor: one of this file.
  ///   - elements: which ones, in row-major order.
  /// - Throws: `SafetensorsError` where the file cannot be read.
  /// - Precondition: bnfold computes with the tensor's type.
  public func read(_ tensor: StoredTensor, elements: Range<Int>) throws(SafetensorsError) -> [UInt8] {
    guard let size = tensor.elementType.byteCount else {
      preconditionFailure("elements of type \(tensor.elementType) are only carried")
    }
    return try Self.read(
      elements.count * size, from: tensor.bytes.lowerBound + elements.lowerBound * size, of: input)
  }
}
