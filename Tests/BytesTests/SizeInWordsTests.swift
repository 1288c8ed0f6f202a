import Testing

@testable import Bytes

@Suite struct SizeInWordsTests {
  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (9_994, "9.99 kB"),
    (36_840, "36.8 kB"), (102_874_928, "102.9 MB"), (1_063_000_000, "1.06 GB"),
  ])
  func `Bytes in units of a thousand`(bytes: Int, words: String) { #expect(sizeInWords(bytes) == words) }
}
