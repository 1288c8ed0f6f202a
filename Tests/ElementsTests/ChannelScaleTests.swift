import Bytes
import Elements
import Testing

@Suite struct ChannelScaleTests {
  /// Property: scaling by blocks, from wherever a block begins, is scaling element by element.
  @Test(arguments: 0..<200)
  func `Any block of any kernel is scaled like its elements`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let channels = Int.random(in: 1...7, using: &generator)
    let inner = Int.random(in: 1...5, using: &generator)
    let count = channels * inner * Int.random(in: 1...6, using: &generator)
    let type = [ElementType.float16, .float32, .float64][Int.random(in: 0...2, using: &generator)]
    let values = (0..<count).map { _ in generator.nextSigned() }
    let scale = ChannelScale(factors: (0..<channels).map { _ in generator.nextSigned() }, inner: inner)
    let stored: [Double] = type.encode(values).withUnsafeBytes { type.decode($0) }
    let expected = stored.enumerated().map { index, value in
      type.rounded(value * scale.factors[index / inner % channels])
    }
    let first = Int.random(in: 0..<count, using: &generator)
    var block = type.encode(Array(stored[first...]))
    block.withUnsafeMutableBytes { scale.apply(to: $0, type: type, first: first) }
    let found: [Double] = block.withUnsafeBytes { type.decode($0) }
    #expect(found == Array(expected[first...]), "seed \(seed)")
  }
}
