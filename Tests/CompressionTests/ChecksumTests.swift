import Compression
import Testing

/// CRC-32, by the check value of its definition, and whatever way the bytes come.
@Suite struct ChecksumTests {
  @Test func `The check value of the definition comes out`() {
    #expect(Checksum(of: Array("123456789".utf8)).value == 0xCBF4_3926)
    #expect(Checksum().value == 0 && Checksum(of: []).value == 0)
  }

  @Test(arguments: [0, 1, 5, 299, 300])
  func `Parts give the checksum of the whole`(cut: Int) {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var inTurns = Checksum(of: Array(bytes[..<cut]))
    bytes[cut...].withUnsafeBytes { inTurns.add($0) }
    var combined = Checksum(of: Array(bytes[..<cut]))
    combined.append(Checksum(of: Array(bytes[cut...])), byteCount: 300 - cut)
    #expect(inTurns == Checksum(of: bytes) && combined == inTurns)
  }

  @Test(arguments: [0, 1, (1 << 20) - 1, 1 << 20, 9 << 20 | 5])
  func `Blocks on two threads give the checksum of the whole`(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 >> 3) }
    let found = Checksum.ofBlocks(byteCount: count) { buffer, offset in
      bytes[offset..<offset + buffer.count].withUnsafeBytes { buffer.copyMemory(from: $0) }
    }
    #expect(found == Checksum(of: bytes))
  }

  private struct Refused: Error {}

  @Test func `A block that cannot be read ends it`() {
    #expect(throws: Refused.self) {
      try Checksum.ofBlocks(byteCount: 20 << 20) { _, offset throws(Refused) in
        if offset > 3 << 20 { throw Refused() }
      }
    }
  }
}
