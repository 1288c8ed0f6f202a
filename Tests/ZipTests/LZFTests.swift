import Bytes
import Compression
import Testing

/// Blocks of LZF; those of h5py are in the fixture `unusual/lzf.h5`.
@Suite struct LZFTests {
  @Test(
    arguments: [
      ([0, 65], "A"), ([2, 65, 66, 67], "ABC"),
      // Two bytes are the shortest copy behind the length's three bits.
      ([0, 65, 0x20, 0], "AAAA"), ([1, 65, 66, 0x40, 1], "ABABAB"),
      // A length of seven goes on in the next byte.
      ([0, 65, 0xE0, 3, 0], "AAAAAAAAAAAAA"), ([], ""),
    ] as [([UInt8], String)])
  func `A block becomes its text`(block: [UInt8], text: String) {
    #expect(LZF.decoded(block, byteCount: text.utf8.count) == Array(text.utf8))
  }

  @Test(
    arguments: [
      // Literals that are not there, a length and a distance cut off, a copy from before the beginning.
      ([2, 65, 66], 3), ([0, 65, 0xE0], 13), ([0, 65, 0x20], 4), ([0, 65, 0x20, 1], 4), ([0x20, 0], 3),
      // More or less than has to come out.
      ([0, 65], 2), ([2, 65, 66, 67], 2), ([0, 65, 0xE0, 255, 0], 13),
    ] as [([UInt8], Int)])
  func `A damaged block is none`(block: [UInt8], byteCount: Int) {
    #expect(LZF.decoded(block, byteCount: byteCount) == nil)
  }

  @Test func `Any bytes end in nothing or in the right number of bytes`() {
    for seed in 0..<2000 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let block = (0..<40).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      let result = LZF.decoded(block, byteCount: 100)
      #expect(result == nil || result?.count == 100, "seed \(seed)")
    }
  }
}
