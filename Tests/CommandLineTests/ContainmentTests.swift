import Fixtures
import Foundation
import Testing

/// The process that reads files may die of them; the tool says so in a line, and nothing else happens.
@Suite(.slow) struct ContainmentTests {
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  @Test(arguments: ["library_segfault", "library_abort", "library_hang"])
  func `A file that ends or holds up libhdf5 ends with 65 and one line`(name: String) throws {
    for command in [["inspect"], ["fold"]] {
      let directory = TemporaryDirectory()
      let output = command == ["fold"] ? ["-o", directory.file("out.h5")] : []
      let outcome = try Binary.run(command + [Fixtures.malformed(name)] + output)
      #expect(outcome.code == 65)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.contains("\(name).h5: the file is damaged or hostile: its reader"))
      #expect(outcome.errors.contains("reading the structure of the model, at /"))
      #expect(directory.contents.isEmpty)
    }
  }

  @Test func `verify says which file stopped its reader`() throws {
    let outcome = try Binary.run(["verify", model, Fixtures.malformed("library_segfault")])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("reading the structure of the folded model"))
  }

  /// With less and less memory: either it works or it says so, and no signal reaches the user.
  @Test(arguments: stride(from: 64, through: 2048, by: 64).map { $0 })
  func `Too little memory is an orderly end`(megabytes: Int) throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run([
      "fold", model, "-o", directory.file("out.h5"), "--limits", "memory=\(megabytes)M",
    ])
    #expect(!outcome.wasKilled)
    #expect([0, 65, 69, 71].contains(outcome.code), "\(outcome.errors)")
    #expect(directory.contents == (outcome.code == 0 ? ["out.h5"] : []))
  }

  @Test func `The time that a file may take can be set`() throws {
    let outcome = try Binary.run(["inspect", Fixtures.malformed("library_hang"), "--limits", "time=1"])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("within the limits time=1; raise them with --limits"))
  }

  @Test(arguments: ["objects=3", "file=100", "array=16", "depth=1", "json=10", "rank=1", "attribute=8"])
  func `A limit that is exceeded is named`(limit: String) throws {
    let outcome = try Binary.run(["inspect", model, "--limits", limit])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains(String(limit.split(separator: "=")[1])), "\(outcome.errors)")
  }

  @Test(arguments: ["objects", "objects=", "objects=0", "objects=-1", "objects=1T", "nonsense=1", "=1"])
  func `A limit that is none is wrong usage`(limit: String) throws {
    #expect(try Binary.run(["inspect", model, "--limits", limit]).code == 64)
  }

  @Test func `The verbose version says what holds the reader`() throws {
    let outcome = try Binary.run(["--version", "--verbose"])
    #expect(outcome.code == 0)
    for word in ["bnfold 0.", "libhdf5 1.", "Landlock", "seccomp", "resource limits: active"] {
      #expect(outcome.output.contains(word))
    }
  }

  /// Whatever the tool's own starter has left open stays with the tool.
  @Test func `A worker has no descriptors but its own`() throws {
    let line = #"""
      exec 9</etc/hostname; ulimit -n 40
      "$0" inspect "$1" >/dev/null 2>&1 & tool=$!
      for try in $(seq 500); do worker=$(cat /proc/$tool/task/$tool/children); [ -n "$worker" ] && break; done
      sleep 0.5; ls /proc/${worker%% *}/fd | sort -n | tr '\n' ' '; kill $tool
      """#
    let outcome = try Binary.shell(line, [Fixtures.malformed("library_hang")])
    // Three standard ones, the channel, the page of the trail, the model, and the scratch file.
    #expect(outcome.output == "0 1 2 3 4 5 6 ")
  }

  /// Nobody but the supervisor starts a worker.
  @Test func `The worker's argument alone is wrong usage`() throws {
    #expect(try Binary.run(["--worker", "1"]).code == 64)
    #expect(try Binary.run(["--worker", "\(getpid())"]).code == 64)
  }
}
