import Bytes
import Elements
import Fixtures
import Foundation
import Parallel
import Synchronization
import Testing

/// Files of Keras with a few random bytes changed: the tool refuses them or folds them, and always ends by itself.
///
/// `BNFOLD_EDITS` and `BNFOLD_SEED` set the number of files and the seed; `make fuzz-files` runs 100,000.
@Suite(.slow) struct RandomEditTests {
  private static let models = [
    ("keras2", "dense"), ("keras3", "conv2d_same_strided"), ("keras3", "storage_fletcher32"),
    ("keras2", "storage_gzip_shuffle"), ("keras3", "compiled_adam"), ("keras3", "pattern_resnet_block"),
  ]

  @Test func `Every random edit has an orderly outcome`() throws {
    let count = Supervised.number("BNFOLD_EDITS", default: 600)
    let seed = UInt64(Supervised.number("BNFOLD_SEED", default: 1))
    let originals = try Self.models.map { try readFile(Fixtures.fixture($0.0, $0.1).path) }
    let directories = [TemporaryDirectory(), TemporaryDirectory()]
    let outcomes = Mutex<[String: Int]>([:])
    try shareWork(of: directories.count, threads: directories.count) { worker in
      let folder = directories[worker].path
      for number in stride(from: worker, to: count, by: directories.count) {
        let path = folder + ".h5"
        try writeFile(path, Self.edited(originals, number: number, seed: seed))
        let run = try Supervised.run(path, in: folder)
        outcomes.withLock { $0[Self.describe(run), default: 0] += 1 }
        guard !run.isOrderly || run.peakMemory > 300 << 20 else { continue }
        Issue.record("edit \(number) of seed \(seed): exit \(run.code), left \(run.left), \(run.errors)")
      }
      unlink(folder + ".h5")
    }
    print("Random edits (seed \(seed)):")
    for (outcome, times) in outcomes.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      print("  \(outcome): \(times)")
    }
  }

  /// One to four bytes: random ones, single bits, or values at the borders of their types.
  private static func edited(_ originals: [[UInt8]], number: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed &* 0x1_0000_0001 &+ UInt64(number))
    var bytes = originals[number % originals.count]
    for _ in 0...Int(generator.next() % 4) {
      let place = Int(generator.next() % UInt64(bytes.count))
      switch generator.next() % 3 {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
      case 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
      default: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][Int(generator.next() % 6)]
      }
    }
    return bytes
  }

  private static func describe(_ run: Supervised) -> String {
    let end = run.wasKilled ? "killed by signal \(run.code)" : "exit \(run.code)"
    if run.errors.contains("was stopped") { return end + ", the reader was stopped" }
    return run.errors.contains("took too long") ? end + ", the reader took too long" : end
  }
}
