import Elements
import Testing

/// bfloat16 is the upper half of a Float, rounded once.
@Suite struct BFloat16Tests {
  @Test func `Every value is kept`() {
    for bits in UInt16.min ... .max {
      let value = BFloat16(bitPattern: bits)
      guard !Float(value).isNaN else {
        #expect(Float(BFloat16(Double(value))).isNaN)
        continue
      }
      #expect(BFloat16(Double(value)) == value)
    }
  }

  @Test func `What lies between two values goes to the nearer one, and from the middle to the even one`() {
    for bits in stride(from: UInt16(0), to: 0x7F7F, by: 7) {
      let (low, high) = (BFloat16(bitPattern: bits), BFloat16(bitPattern: bits + 1))
      let middle = (Double(low) + Double(high)) / 2
      #expect(BFloat16(middle) == (bits % 2 == 0 ? low : high))
      // Nearer to the middle than a Float can say: rounding twice would take these for ties.
      #expect(BFloat16(middle.nextDown) == low)
      #expect(BFloat16(middle.nextUp) == high)
      #expect(BFloat16(-middle.nextUp).bitPattern == high.bitPattern | 0x8000)
    }
  }

  @Test func `What is too large becomes an infinity`() {
    #expect(Float(BFloat16(1e39)) == .infinity)
    #expect(Float(BFloat16(-1e300)) == -.infinity)
    #expect(ElementType.bfloat16.rounded(0x1.FEp127) == 0x1.FEp127)
    #expect(ElementType.bfloat16.greatestFiniteMagnitude == Double(BFloat16(bitPattern: 0x7F7F)))
    #expect(ElementType.bfloat16.leastNonzeroMagnitude == Double(BFloat16(bitPattern: 1)))
  }
}
