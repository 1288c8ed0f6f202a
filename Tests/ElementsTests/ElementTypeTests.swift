import Elements
import Testing

@Suite struct ElementTypeTests {
  @Test(arguments: [ElementType.float16, .float32, .float64])
  func `The limits of a type are what rounding makes of them`(type: ElementType) throws {
    let largest = try #require(type.greatestFiniteMagnitude)
    let least = try #require(type.leastNonzeroMagnitude)
    let unit = try #require(type.ulpOfOne)
    #expect(type.rounded(largest) == largest)
    #expect(type.rounded(least) == least)
    #expect(type.rounded(least / 4) == 0)
    #expect(type.rounded(1 + unit) == 1 + unit)
    // Half a unit is a tie, which goes to the even neighbour.
    #expect(type.rounded(1 + unit / 2) == 1)
  }

  @Test(arguments: [ElementType.float16, .float32])
  func `What is too large becomes an infinity`(type: ElementType) throws {
    #expect(type.rounded(try #require(type.greatestFiniteMagnitude) * 1.01) == .infinity)
  }

  @Test func `Shapes whose size does not fit have none`() {
    #expect([1 << 40, 1 << 40].checkedElementCount == nil)
    #expect([-1, 2].checkedElementCount == nil)
    #expect([Int]().checkedElementCount == 1)
  }
}
