import Elements
import Testing

/// Elements that are no numbers, found by their bits.
@Suite struct NonFiniteElementsTests {
  @Test(arguments: [ElementType.float16, .bfloat16, .float32, .float64])
  func `NaN and both infinities count, everything else does not`(type: ElementType) throws {
    let largest = try #require(type.greatestFiniteMagnitude)
    let finite = [0, -0.0, 1, -1, largest, -largest, type.leastNonzeroMagnitude ?? 0]
    #expect(type.encode(finite).withUnsafeBytes { type.nonFiniteCount(in: $0) } == 0)
    let others = finite + [.nan, -.nan, .infinity, -.infinity]
    #expect(type.encode(others).withUnsafeBytes { type.nonFiniteCount(in: $0) } == 4)
  }

  @Test func `Types that are only carried have none`() {
    let bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    let count = bytes.withUnsafeBytes {
      ElementType.integer(bits: 32, isSigned: true).nonFiniteCount(in: $0)
    }
    #expect(count == 0)
  }
}
