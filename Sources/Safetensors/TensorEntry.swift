import Bytes
import Elements
import LosslessJSON

/// What the header says of a tensor.
struct TensorEntry {
  private let name: ByteString
  private let value: JSONValue

  init(_ member: JSONValue.Member) {
    name = member.key
    value = member.value
  }

  /// The tensor, if what is said of it is consistent.
  ///
  /// - Parameters:
  ///   - start: where the tensors begin in the file.
  ///   - maximumRank: how many axes it may have.
  func tensor(from start: Int, maximumRank: Int) throws(SafetensorsError) -> StoredTensor {
    guard let type = value["dtype"]?.string else { throw problem(.malformedEntry("dtype is missing")) }
    guard let bits = StoredElement.bits(of: type) else { throw problem(.unknownType(type)) }
    guard let shape = naturalNumbers("shape") else {
      throw problem(.malformedEntry("shape is not a list of sizes"))
    }
    guard shape.count <= maximumRank else { throw problem(.tooManyAxes(shape.count, limit: maximumRank)) }
    guard let offsets = naturalNumbers("data_offsets"), offsets.count == 2 else {
      throw problem(.malformedEntry("data_offsets are not two positions"))
    }
    guard offsets[0] <= offsets[1] else { throw problem(.offsets(found: nil, expectedStart: 0)) }
    let expected = try byteCount(of: shape, bits: bits)
    let found = offsets[1] - offsets[0]
    guard found == expected else { throw problem(.size(found: found, expected: expected)) }
    let (first, isBehind) = start.addingReportingOverflow(offsets[0])
    let (last, isFarBehind) = start.addingReportingOverflow(offsets[1])
    guard !isBehind, !isFarBehind else { throw problem(.sizeOverflow) }
    return StoredTensor(
      name: name, elementType: StoredElement.type(named: type), shape: shape, bytes: first..<last)
  }

  private func byteCount(of shape: Shape, bits: Int) throws(SafetensorsError) -> Int {
    var total = bits
    for size in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else { throw problem(.sizeOverflow) }
      total = product
    }
    guard total % 8 == 0 else { throw problem(.partOfAByte) }
    return total / 8
  }

  private func naturalNumbers(_ key: ByteString) -> [Int]? {
    guard let values = value[key]?.array else { return nil }
    let numbers = values.compactMap(\.integer).filter { $0 >= 0 }
    return numbers.count == values.count ? numbers : nil
  }

  private func problem(_ rule: SafetensorsError.Rule) -> SafetensorsError {
    SafetensorsError(rule, tensor: name)
  }
}
