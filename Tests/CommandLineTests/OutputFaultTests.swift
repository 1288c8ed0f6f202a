import Fixtures
import Foundation
import Testing

/// Full disks, other processes, other names of the same file, signals: the output is whole or not there.
@Suite(.slow) struct OutputFaultTests {
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  /// 64 sizes of a file from nothing to the whole output.
  @Test func `A disk that is full at any byte ends with 74 or the whole file`() throws {
    let directory = TemporaryDirectory()
    let output = directory.file("out.h5")
    #expect(try Binary.run(["fold", model, "-o", output]).code == 0)
    let whole = try readFile(output)
    for step in 0...64 {
      unlink(output)
      let limit = step * (whole.count + 8) / 64
      let fits = limit >= whole.count
      let line = #"exec prlimit --fsize="$1" "$0" fold "$2" -o "$3""#
      let outcome = try Binary.shell(line, ["\(limit)", model, output])
      #expect(outcome.code == (fits ? 0 : 74), "\(limit) bytes: \(outcome.errors)")
      #expect(directory.contents == (fits ? ["out.h5"] : []))
    }
    #expect(try readFile(output) == whole)
  }

  @Test func `An output that is the input under another name is refused`() throws {
    let directory = TemporaryDirectory()
    let line = #"""
      cp "$1" "$2/in.h5"; ln "$2/in.h5" "$2/link.h5"
      "$0" fold "$2/in.h5" -o "$2/link.h5" --force; echo "status $?"
      """#
    #expect(try Binary.shell(line, [model, directory.path]).output.contains("status 64"))
    #expect(try readFile(directory.file("in.h5")) == readFile(model))
  }

  @Test func `Two processes that write the same file leave a whole one`() throws {
    let directory = TemporaryDirectory()
    let line = #"""
      for try in 1 2 3 4 5; do
        "$0" fold "$1" -o "$2" >/dev/null & "$0" fold "$1" -o "$2" >/dev/null; wait
        "$0" verify "$1" "$2" >/dev/null || exit 9
        rm "$2"
      done
      """#
    let outcome = try Binary.shell(line, [model, directory.file("out.h5")])
    #expect(outcome.code == 0)
    // One of the two came second, and may not replace what the first one made.
    #expect(outcome.errors.contains("the file exists"))
    #expect(directory.contents.isEmpty)
  }

  @Test func `What a process that is gone has left is removed, and nothing else`() throws {
    let directory = TemporaryDirectory()
    let line = #"""
      : >"$2/.bnfold-1-1"; : >"$2/.bnfold-2-2"; : >"$2/.bnfold-notes"; : >"$2/.bnfold-1-1-x"
      exec 9<"$2/.bnfold-2-2"; flock 9
      "$0" fold "$1" -o "$2/out.h5"
      """#
    #expect(try Binary.shell(line, [model, directory.path]).code == 0)
    #expect(directory.contents == [".bnfold-1-1-x", ".bnfold-2-2", ".bnfold-notes", "out.h5"])
  }

  @Test(arguments: [("TERM", 143), ("HUP", 129)])
  func `A signal ends a tool that works, within a second`(name: String, code: Int32) throws {
    let directory = TemporaryDirectory()
    let line = #"""
      "$0" fold "$1" -o "$2/out.h5" --limits time=30 & tool=$!
      sleep 0.5; kill -\#(name) $tool; before=$(date +%s); wait $tool; code=$?
      # A second, and what the tests beside this one take away.
      [ $(($(date +%s) - before)) -le 3 ] && exit $code
      """#
    let outcome = try Binary.shell(line, [Fixtures.malformed("library_hang"), directory.path])
    #expect(outcome.code == code)
    #expect(directory.contents.isEmpty)
  }
}
