import Fixtures
import Glibc
import Testing

@testable import Supervision

/// A worker has what it is given, and nothing else of the process that starts it.
@Suite struct WorkerStartTests {
  /// Eight bytes for each number, the least significant one first, as the script reads them.
  @Test func `The limits come first, then the length of the task`() throws {
    let limits = WorkerLimits(memoryBytes: 1, totalSeconds: 2, deadlineSeconds: 30, writtenBytes: 1 << 40)
    let line = ShellWorker.answering("echo $numbers")
    var worker = try Worker.start(Array(line.utf8), files: [], limits: limits, program: ShellWorker.program)
    let answer = try worker.answer()
    #expect(String(decoding: answer, as: UTF8.self) == "1 2 30 1099511627776 \(line.utf8.count)")
  }

  @Test func `Files have the numbers from 5 on, in their order`() throws {
    let directory = TemporaryDirectory()
    try writeFile(directory.file("a"), Array("first".utf8))
    try writeFile(directory.file("b"), Array("second".utf8))
    let files = ["b", "a"].map { open(directory.file($0), O_RDONLY | O_CLOEXEC) }
    defer { for file in files { close(file) } }
    #expect(try ShellWorker.output(of: "cat <&5; cat <&6", files: files) == "secondfirst")
  }

  @Test func `The same file may be given twice`() throws {
    let pipe = TestPipe()
    _ = try ShellWorker.output(of: "echo 12 >&6; echo 34 >&5", files: [pipe.writer, pipe.writer])
    #expect(pipe.number() == 12)
    #expect(pipe.number() == 34)
  }

  @Test func `A descriptor that others inherit stays away from a worker`() throws {
    let pipe = TestPipe()
    let inherited = fcntl(pipe.reader, F_DUPFD, 200)
    defer { close(inherited) }
    #expect(try ShellWorker.output(of: "[ -e /proc/$$/fd/\(inherited) ] || echo none") == "none")
  }

  @Test func `Input and output are the null device`() throws {
    let line = "for number in 0 1 2; do readlink /proc/$$/fd/$number; done"
    #expect(try ShellWorker.output(of: line) == "/dev/null\n/dev/null\n/dev/null")
  }

  @Test func `The environment has only what is for a worker`() throws {
    let names = try ShellWorker.output(of: "tr '\\0' '\\n' </proc/$$/environ | cut -d= -f1")
    let allowed: Set = ["HDF5_PLUGIN_PATH", "LD_LIBRARY_PATH", "LD_PRELOAD"]
    let found = Set(names.split(separator: "\n").map(String.init))
    #expect(found.isSubset(of: allowed) && found.isSuperset(of: ["HDF5_PLUGIN_PATH"]))
  }

  @Test func `The arguments say that it is a worker, and whose`() throws {
    #expect(try ShellWorker.output(of: #"echo "$@""#) == "--worker \(getpid())")
  }

  @Test func `A worker is a group of its own, which no key reaches`() throws {
    let groups = try ShellWorker.output(of: "cut -d' ' -f5 /proc/$$/stat; echo $$").split(separator: "\n")
    #expect(groups.count == 2 && groups[0] == groups[1])
  }

  @Test func `A worker blocks no signal`() throws {
    #expect(try ShellWorker.output(of: "grep SigBlk /proc/$$/status | tr -d '[:alpha:]:[:space:]0'") == "")
  }

  @Test func `A program that is not there is a fault of the system`() throws {
    let failure = failure(files: [], program: "/nonexistent")
    #expect(failure?.rule == .cannotStart(ENOENT, "posix_spawn"))
    #expect(failure?.isOfTheFile == false)
  }

  @Test func `A file that is not open stops the start`() throws {
    #expect(failure(files: [-1], program: ShellWorker.program)?.rule == .cannotStart(EBADF, "posix_spawn"))
  }

  private func failure(files: [Int32], program: String) -> WorkerFailure? {
    do {
      _ = try Worker.start([], files: files, limits: ShellWorker.limits(seconds: 60), program: program)
      return nil
    } catch {
      return error
    }
  }
}
