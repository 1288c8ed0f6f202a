import Testing

@testable import Supervision

/// What a worker leaves on its page outlives it, and is believed no further than it can be shown.
@Suite struct WorkerTrailTests {
  /// A line of shell that fills the page: the stage in 128 bytes, the place in what is left of 4096 but for 16, two numbers.
  private func page(stage: String = "", place: String = "", progress: String = "") -> String {
    """
    { printf '\(stage)'; head -c 128 /dev/zero; } | head -c 128 >&4
    { printf '\(place)'; head -c 3952 /dev/zero; } | head -c 3952 >&4
    { printf '\(progress)'; head -c 16 /dev/zero; } | head -c 16 >&4
    """
  }

  private func failure(_ stage: String, _ place: String) throws -> WorkerFailure {
    try #require(try ShellWorker.failure(page(stage: stage, place: place) + "\nkill -SEGV $$"))
  }

  @Test func `A failure says what the worker was doing, and where`() throws {
    let failure = try failure(#"\7\0reading"#, #"\3\0/ab"#)
    #expect(failure.stage == "reading" && failure.place == "/ab")
    #expect(failure.isOfTheFile)
  }

  @Test func `A worker that has left nothing was starting`() throws {
    let failure = try #require(try ShellWorker.failure("exit 0"))
    #expect(failure.stage.isEmpty && failure.place.isEmpty && !failure.isOfTheFile)
  }

  @Test func `What could change a terminal is escaped`() throws {
    #expect(try failure(#"\1\0a"#, #"\4\0\33[1m"#).place == #"\u{1b}[1m"#)
  }

  @Test func `A length that lies ends at the room there is`() throws {
    let failure = try failure(#"\377\377a"#, #"\377\377b"#)
    #expect(failure.stage.hasPrefix("a") && !failure.stage.contains("b"))
    #expect(failure.place.hasPrefix("b"))
  }

  @Test func `The page cannot be made smaller or larger`() throws {
    let line = "truncate -s 0 /proc/$$/fd/4 || truncate -s 8192 /proc/$$/fd/4 || stat -Lc %s /proc/$$/fd/4"
    #expect(try ShellWorker.output(of: line) == "4096")
  }

  @Test(
    arguments: [
      (#"\3\0\0\0\0\0\0\0\12"#, [3, 10]), (#"\0\0\0\0\0\0\0\0\1"#, [0, 1]),
      (#"\12\0\0\0\0\0\0\0\12"#, [10, 10]),
      ("", nil), (#"\4\0\0\0\0\0\0\0\3"#, nil),
      (#"\377\377\377\377\377\377\377\377\3"#, nil), (#"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\177"#, nil),
    ] as [(String, [Int]?)])
  func `Progress is some of all, or none`(written: String, numbers: [Int]?) throws {
    var worker = try ShellWorker.start(page(progress: written) + "\n" + ShellWorker.answering("echo done"))
    let progress = worker.progress
    _ = try worker.answer()
    #expect(progress.now.map { [$0.done, $0.total] } == numbers)
  }
}
