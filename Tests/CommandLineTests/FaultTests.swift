import Fixtures
import Testing

/// What a stranger or a bad day does to the binary: an error, a documented exit code, and no file left behind.
@Suite struct FaultTests {
  private let model = Fixtures.fixture("keras3", "pattern_resnet_block").path

  /// A limit on the size of files stands for a full disk, which needs rights to make.
  @Test func `A disk that takes no more ends with 74 and leaves nothing`() throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.shell(
      #"ulimit -f 8; exec "$0" fold "$1" -o "$2""#, [model, directory.file("out.h5")])
    #expect(outcome.code == 74)
    #expect(!outcome.wasKilled)
    #expect(outcome.errors.contains("\(directory.file("out.h5")): "))
    #expect(outcome.errors.contains("cannot write"))
    #expect(directory.contents.isEmpty)
  }

  @Test func `A full disk leaves the old file as it was`() throws {
    let directory = TemporaryDirectory()
    try writeFile(directory.file("out.h5"), [1, 2, 3])
    let line = #"ulimit -f 8; exec "$0" fold "$1" -o "$2" --force"#
    #expect(try Binary.shell(line, [model, directory.file("out.h5")]).code == 74)
    #expect(directory.contents == ["out.h5"])
    #expect(try readFile(directory.file("out.h5")) == [1, 2, 3])
  }

  @Test func `Closed standard input and standard error change nothing`() throws {
    let directory = TemporaryDirectory()
    let line = #"exec "$0" fold "$1" -o "$2" <&- 2>&-"#
    #expect(try Binary.shell(line, [model, directory.file("out.h5")]).code == 0)
    #expect(try Binary.run(["verify", model, directory.file("out.h5"), "--require-full-check"]).code == 0)
  }

  @Test(arguments: [">&-", ">/dev/full"])
  func `A report that cannot be written is an error`(redirection: String) throws {
    let outcome = try Binary.shell("exec \"$0\" inspect \"$1\" \(redirection)", [model])
    #expect(outcome.code == 74)
    #expect(outcome.errors.contains("cannot write the report"))
  }

  @Test(arguments: ["--help", "--version", "-V", "help fold", "fold --help"])
  func `An answer that cannot be written is an error`(arguments: String) throws {
    let lost = try Binary.shell("exec \"$0\" \(arguments) >/dev/full", [])
    #expect(lost.code == 74 && lost.errors.contains("No space left"))
    let seen = try Binary.shell("exec \"$0\" \(arguments)", [])
    #expect(seen.code == 0 && seen.output.count > 3 && seen.errors.isEmpty)
  }

  @Test func `A model whose report is lost is there, and the error says so`() throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.shell(
      #"exec "$0" fold "$1" -o "$2" >/dev/full"#, [model, directory.file("out.h5")])
    #expect(outcome.code == 74)
    #expect(outcome.errors.contains("out.h5: the file is complete, but its report is not"))
    #expect(try Binary.run(["verify", model, directory.file("out.h5")]).code == 0)
  }

  @Test func `A reader that has seen enough is no error`() throws {
    let line = #"{ "$0" inspect "$1"; echo "status $?" >&2; } | :"#
    #expect(try Binary.shell(line, [model]).errors == "status 0\n")
  }

  /// Whenever it comes: either there is the complete file or there is none.
  @Test(arguments: 0..<30)
  func `An interrupt leaves nothing half-made`(step: Int) throws {
    let directory = TemporaryDirectory()
    let outcome = try Binary.run(
      ["fold", model, "-o", directory.file("out.h5")], interruptedAfter: Double(step) * 2e-3)
    // Before the handler is there, the signal itself ends the process.
    #expect(outcome.wasKilled ? outcome.code == 2 : [0, 130].contains(outcome.code))
    guard !directory.contents.isEmpty else { return }
    #expect(directory.contents == ["out.h5"])
    #expect(try Binary.run(["verify", model, directory.file("out.h5"), "--require-full-check"]).code == 0)
  }

  @Test(arguments: ["mkfifo", "mkdir"])
  func `An input that is no file is refused at once`(maker: String) throws {
    let directory = TemporaryDirectory()
    let line = #"\#(maker) "$1/in.h5"; exec timeout 10 "$0" inspect "$1/in.h5""#
    #expect(try Binary.shell(line, [directory.path]).code == 65)
  }

  @Test func `An output that is a link is refused, and the link stays`() throws {
    let directory = TemporaryDirectory()
    let line = #"ln -s target.h5 "$2"; "$0" fold "$1" -o "$2" --force; echo "status $?" >&2; readlink "$2""#
    let outcome = try Binary.shell(line, [model, directory.file("out.h5")])
    #expect(outcome.errors.contains("status 73"))
    #expect(outcome.output == "target.h5\n")
    #expect(directory.contents == ["out.h5"])
  }
}
