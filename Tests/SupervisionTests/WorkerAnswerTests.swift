import Glibc
import Supervision
import Testing

/// What a worker says is an answer if it is whole, and within the limit.
@Suite struct WorkerAnswerTests {
  private func answer(_ line: String) throws -> [UInt8] {
    var worker = try ShellWorker.start(line)
    return try worker.answer()
  }

  @Test func `An answer arrives as it was`() throws {
    #expect(try answer(#"printf '\3\0\0\0\0\0\0\0a\0\377' >&3"#) == [97, 0, 255])
    #expect(try answer(#"printf '\0\0\0\0\0\0\0\0' >&3"#) == [])
  }

  @Test func `An answer may come in pieces`() throws {
    let line = #"""
      for part in '\3' '\0\0\0\0\0' '\0\0a' 'b' 'c'; do printf "$part" >&3; sleep 0.01; done
      """#
    #expect(try answer(line) == Array("abc".utf8))
  }

  @Test func `An answer may be as long as the limit`() throws {
    // 2^25 is 0x0200_0000.
    let bytes = try answer(#"printf '\0\0\0\2\0\0\0\0' >&3; head -c 33554432 /dev/zero >&3"#)
    #expect(bytes.count == 32 << 20)
  }

  @Test func `What follows an answer is not looked at`() throws {
    #expect(try answer(#"printf '\1\0\0\0\0\0\0\0abc' >&3"#) == [97])
  }

  @Test func `A worker that has answered and goes on is ended`() throws {
    let pipe = TestPipe()
    var worker = try ShellWorker.start(
      #"echo $$ >&5; printf '\1\0\0\0\0\0\0\0a' >&3; exec sleep 60"#, files: [pipe.writer])
    let process = try #require(pipe.number())
    let answer = try worker.answer()
    #expect(answer == [97])
    #expect(isGone(process))
  }

  @Test(arguments: [
    ("nothing", "exit 0"), ("nothing, with a code", "exit 3"), ("garbage", "printf garbage >&3"),
    ("less than it announces", #"printf '\4\0\0\0\0\0\0\0abc' >&3"#),
    ("a length alone", #"printf '\1\0\0\0\0\0\0\0' >&3"#),
    // The script ends at once, and leaves the rest to another process.
    (
      "a byte more than the limit", #"printf '\1\0\0\2\0\0\0\0' >&3; head -c 33554433 /dev/zero >&3 & exit 0"#
    ),
    ("a length that is negative", #"printf '\377\377\377\377\377\377\377\377' >&3"#),
  ])
  func `What is not an answer is refused`(what: String, line: String) throws {
    #expect(try ShellWorker.failure(line)?.rule == .noAnswer, "\(what)")
  }

  /// That its supervisor ends it is not what went wrong.
  @Test func `A worker that goes on without an answer has given none`() throws {
    #expect(try ShellWorker.failure("exec 3>&-; exec sleep 60")?.rule == .noAnswer)
  }

  @Test(arguments: [("ILL", SIGILL), ("SEGV", SIGSEGV), ("KILL", SIGKILL), ("ABRT", SIGABRT)])
  func `A signal that ends a worker is named`(name: String, signal: Int32) throws {
    #expect(try ShellWorker.failure("kill -\(name) $$")?.rule == .stopped(signal: signal))
  }

  @Test func `Half an answer does not hide a signal`() throws {
    let line = #"printf '\4\0\0\0\0\0\0\0abc' >&3; kill -SEGV $$"#
    #expect(try ShellWorker.failure(line)?.rule == .stopped(signal: SIGSEGV))
  }

  @Test func `The end of the processor time is too long`() throws {
    #expect(try ShellWorker.failure("kill -XCPU $$")?.rule == .tooLong)
  }
}
