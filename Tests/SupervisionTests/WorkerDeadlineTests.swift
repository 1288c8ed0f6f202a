import Glibc
import Testing

@testable import Supervision

/// A worker lives no longer than its time, its answer and its value.
@Suite struct WorkerDeadlineTests {
  @Test func `A worker that hangs is ended at its deadline`() throws {
    let pipe = TestPipe()
    var worker = try ShellWorker.start("echo $$ >&5; exec sleep 60", files: [pipe.writer], seconds: 0)
    let process = try #require(pipe.number())
    #expect(ShellWorker.failure(of: &worker)?.rule == .tooLong)
    #expect(isGone(process))
  }

  @Test func `A worker that answers drop by drop has no more time for it`() throws {
    let line = #"""
      printf '\144\0\0\0\0\0\0\0' >&3; while :; do printf a >&3; sleep 0.1; done
      """#
    #expect(try ShellWorker.failure(line, seconds: 1)?.rule == .tooLong)
  }

  @Test func `A worker goes on when it is told to, and its time begins again`() throws {
    let line = #"""
      byte=$(head -c 1 <&3 | od -An -tu1); printf '\1\0\0\0\0\0\0\0%s' $byte >&3
      """#
    var worker = try ShellWorker.start(line, seconds: 1)
    usleep(1_100_000)
    worker.go()
    let answer = try worker.answer()
    #expect(answer == Array("1".utf8))
  }

  @Test func `A worker dies with its value`() throws {
    let pipe = TestPipe()
    var process: Int?
    do {
      let worker = try ShellWorker.start("echo $$ >&5; exec sleep 60", files: [pipe.writer])
      process = pipe.number()
      #expect(!isGone(try #require(process)))
      _ = worker.progress
    }
    #expect(isGone(try #require(process)))
  }

  /// Its task is longer than a channel holds.
  @Test func `A worker that dies before it has its task gives no answer`() throws {
    let task = [UInt8](repeating: 0, count: 4 << 20)
    var worker = try Worker.start(
      task, files: [], limits: ShellWorker.limits(seconds: 60), program: "/bin/true")
    worker.go()
    #expect(ShellWorker.failure(of: &worker)?.rule == .noAnswer)
  }
}

/// Whether there is no such process any more, not even a dead one that is still to be asked for.
func isGone(_ process: Int) -> Bool { kill(pid_t(process), 0) == -1 && errno == ESRCH }
