import Bytes
import Fixtures
import Foundation
import Testing

/// SIGKILL at any moment, of a tool that replaces a file: the file is whole.
///
/// `BNFOLD_KILLS` is the number of kills; `make faults` does 1,000.
@Suite(.slow) struct KillTests {
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  @Test func `A killed tool leaves the old file or the new one, and the next run cleans up`() throws {
    let kills = Supervised.number("BNFOLD_KILLS", default: 60)
    let directory = TemporaryDirectory()
    let output = directory.file("out.h5")
    let old = try readFile(model)
    let start = Date()
    #expect(try Binary.run(["fold", model, "-o", output]).code == 0)
    let whole = Date().timeIntervalSince(start)
    let new = try readFile(output)
    var generator = SeededGenerator(seed: 1)
    var (oldCount, newCount, leftovers) = (0, 0, 0)
    for _ in 0..<kills {
      try writeFile(output, old)
      let delay = Double(generator.next() % 1000) / 1000 * whole * 1.2
      try Binary.run(["fold", model, "-o", output, "--force"], killedAfter: delay)
      let found = try readFile(output)
      if found == old {
        oldCount += 1
      } else if found == new {
        newCount += 1
      } else {
        Issue.record("a torn file")
      }
      leftovers += directory.contents.count - 1
    }
    // What the last ones left behind is gone after one more run.
    #expect(try Binary.run(["fold", model, "-o", output, "--force"]).code == 0)
    #expect(directory.contents == ["out.h5"])
    print("\(kills) kills: \(oldCount) old files, \(newCount) new ones, \(leftovers) temporary files seen")
    #expect(oldCount + newCount == kills)
  }

  /// A quarter of the kills.
  @Test func `A killed conversion leaves no model beside the weights of another one`() throws {
    let kills = Supervised.number("BNFOLD_KILLS", default: 60) / 4
    let directory = TemporaryDirectory()
    let files = [directory.file("out.onnx"), directory.file("out.onnx.data")]
    func pair() -> [[UInt8]?] { files.map { try? readFile($0) } }
    func arguments(_ name: String) -> [String] {
      ["convert", onnxFixture(name), files[0], "--external-data", "--force"]
    }
    #expect(try Binary.run(arguments("network.folded")).code == 0)
    let old = pair()
    let start = Date()
    #expect(try Binary.run(arguments("network")).code == 0)
    let whole = Date().timeIntervalSince(start)
    let new = pair()
    try #require(old[0] != new[0] && old[1] != new[1])
    var generator = SeededGenerator(seed: 2)
    var (oldCount, newCount) = (0, 0)
    for _ in 0..<kills {
      for (path, bytes) in zip(files, old) { try writeFile(path, try #require(bytes)) }
      let delay = Double(generator.next() % 1000) / 1000 * whole * 1.2
      try Binary.run(arguments("network"), killedAfter: delay)
      let found = pair()
      if found == old { oldCount += 1 }
      if found == new { newCount += 1 }
      #expect(found == old || found == new || found[0] == nil, "a torn pair after \(delay) s")
    }
    #expect(try Binary.run(arguments("network")).code == 0)
    #expect(pair() == new && directory.contents == ["out.onnx", "out.onnx.data"])
    print("\(kills) kills: \(oldCount) old pairs, \(newCount) new ones")
  }

  @Test func `Workers do not outlive a killed tool`() throws {
    let line = #"""
      "$0" inspect "$1" & tool=$!
      for try in $(seq 500); do worker=$(cat /proc/$tool/task/$tool/children); [ -n "$worker" ] && break; done
      kill -9 $tool; wait $tool
      # Where nobody asks what became of it, a dead process stays as a zombie.
      lives() { [ -e /proc/$1/status ] && ! grep -q "^State:.*Z" /proc/$1/status; }
      for try in 1 2 3 4 5 6 7 8 9; do lives $worker || break; sleep 0.2; done
      if lives $worker; then echo alive; else echo "gone: $worker"; fi
      """#
    let outcome = try Binary.shell(line, [Fixtures.malformed("library_hang")])
    #expect(outcome.output.hasPrefix("gone: "))
    #expect(outcome.output.contains { $0.isNumber })
  }
}
