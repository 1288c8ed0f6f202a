import Arrays
import Elements
import Testing

/// Elements by any range of whole ones, from wherever they come.
@Suite struct ArrayContentTests {
  private let numbers: [Double] = [0, 1, -2.5, 1e-3, 65504, 3.14159265358979, -0.1, 7]

  private func decoded(_ type: ElementType) -> ArrayContent {
    let bytes = type.encode(numbers)
    return .decoded { range in Array(bytes[range]) }
  }

  private func values(_ content: ArrayContent, _ type: ElementType, _ range: Range<Int>) throws -> [Double] {
    let size = try #require(type.byteCount)
    let bytes = try content.bytes(range.lowerBound * size..<range.upperBound * size)
    return bytes.withUnsafeBytes { type.decode($0) }
  }

  @Test(arguments: [0..<8, 0..<0, 3..<4, 2..<7])
  func `New elements are rounded once, whichever are asked for`(range: Range<Int>) throws {
    for type in [ElementType.float16, .bfloat16, .float32, .float64] {
      let all: [Double] = type.encode(numbers).withUnsafeBytes { type.decode($0) }
      #expect(try values(.values(numbers, type), type, range) == Array(all[range]))
    }
  }

  @Test(arguments: [0..<8, 1..<5])
  func `Elements of one type become those of another`(range: Range<Int>) throws {
    let content = ArrayContent.rounded(decoded(.float64), from: .float64, to: .float16)
    #expect(try values(content, .float16, range) == numbers[range].map { Double(Float16($0)) })
    let wider = ArrayContent.rounded(decoded(.float32), from: .float32, to: .float64)
    #expect(try values(wider, .float64, range) == numbers[range].map { Double(Float($0)) })
  }

  /// float32 to float16 by float64 must not round twice.
  @Test func `A named array becomes another type only where it has numbers`() throws {
    let floats = NamedArray(name: "a", elementType: .float32, shape: [8], content: decoded(.float32))
    let halves = floats.rounded(to: .float16)
    #expect(halves.elementType == .float16 && halves.byteCount == 16 && halves.name == "a")
    #expect(try values(halves.content, .float16, 0..<8) == numbers.map { Double(Float16(Float($0))) })
    #expect(floats.rounded(to: nil).elementType == .float32)
    let steps = NamedArray(
      name: "b", elementType: .integer(bits: 64, isSigned: true), shape: [2], content: decoded(.float64))
    #expect(steps.rounded(to: .float16).elementType == steps.elementType && steps.byteCount == 16)
  }
}
