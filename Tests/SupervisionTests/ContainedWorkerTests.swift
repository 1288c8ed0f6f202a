import Fixtures
import Glibc
import Testing

@testable import Supervision

/// What a worker that a file has taken over can still do: compute with what it has.
@Suite struct ContainedWorkerTests {
  /// The program that tries it, beside the tests' own.
  private static let program: String = {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = max(0, readlink("/proc/self/exe", &path, path.count))
    let own = String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/SupervisedProbe"
  }()

  /// What a kernel has of it; an old one has less, which the tool says of itself.
  private static let protection = (try? number("protection")).map { Sandbox(rawValue: $0) } ?? []

  private static func start(_ task: String, files: [Int32] = []) throws -> Worker {
    try Worker.start(
      Array(task.utf8), files: files, limits: ShellWorker.limits(seconds: 60), program: program)
  }

  /// What a worker answers that tries something.
  private static func number(_ task: String, files: [Int32] = []) throws -> Int {
    var worker = try start(task, files: files)
    let answer = try worker.answer()
    return try #require(Int(String(decoding: answer, as: UTF8.self)))
  }

  @Test func `The limits hold on every system`() {
    #expect(Self.protection.isSuperset(of: [.resourceLimits, .noNewPrivileges]))
  }

  @Test(
    .enabled(if: protection.contains(.fewSystemCalls)),
    arguments: ["open", "create", "unlink", "socket", "signal", "execute", "code"])
  func `A call on anything but the worker itself is not permitted`(task: String) throws {
    #expect(try Self.number(task) == EPERM)
  }

  @Test(arguments: ["thread", "memory"])
  func `Threads and memory are there`(task: String) throws {
    #expect(try Self.number(task) == 0)
  }

  @Test(arguments: ["much memory", "memory of a stage"])
  func `Memory beyond the limit is not there`(task: String) throws {
    #expect(try Self.number(task) == ENOMEM)
  }

  @Test func `The files that it has can be read and written, up to the limit`() throws {
    let directory = TemporaryDirectory()
    try writeFile(directory.file("a"), Array("first".utf8))
    let file = open(directory.file("a"), O_RDWR | O_CLOEXEC)
    defer { close(file) }
    #expect(try Self.number("read", files: [file]) == 5)
    #expect(try Self.number("write", files: [file]) == 9)
    #expect(try Self.number("write beyond", files: [file]) == EFBIG)
    #expect(try readFile(directory.file("a")) == Array("123456789".utf8))
  }

  @Test func `A worker waits until it may go on`() throws {
    let pipe = TestPipe()
    var worker = try Self.start("go", files: [pipe.writer])
    #expect(pipe.number() == 1)
    #expect(pipe.isEmpty(forMilliseconds: 50))
    worker.go()
    #expect(pipe.number() == 2)
    _ = try worker.answer()
  }

  @Test func `A stage that takes more processor time than its share is ended, and named`() throws {
    let start = ContinuousClock.now
    var worker = try Self.start("spin")
    let failure = ShellWorker.failure(of: &worker)
    // Its time on the clock would have ended it only later.
    #expect(ContinuousClock.now - start < .seconds(50))
    #expect(failure?.rule == .tooLong)
    #expect(failure?.stage == "spinning")
  }

  @Test func `A worker that aborts is one that was stopped`() throws {
    var worker = try Self.start("something else")
    let failure = ShellWorker.failure(of: &worker)
    #expect(failure?.rule == .stopped(signal: SIGABRT))
    #expect(failure?.stage == "probing")
  }
}
