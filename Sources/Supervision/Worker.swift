import CLinux
import Files
import Glibc

/// A second process of this program that does what may go wrong.
///
/// It is given open files instead of paths, and limits instead of trust. It answers once, and it does not outlive its
/// supervisor, nor this value.
public struct Worker: ~Copyable {
  /// The argument by which the program knows that it is to be a worker.
  public static let argument = "--worker"

  private let process: pid_t
  private let channel: Int32
  private let page: Int32
  private let deadlineSeconds: Int
  /// Milliseconds of the clock of `now`.
  private var deadline: Int
  private var hasEnded = false

  /// Starts a fresh worker on a task.
  ///
  /// - Parameters:
  ///   - task: what to do, for `WorkerPort`.
  ///   - files: open descriptors, which the worker has under other numbers, in this order.
  ///   - limits: what the worker may use.
  /// - Throws: `WorkerFailure` if the worker cannot be started.
  public static func start(
    _ task: [UInt8], files: [Int32], limits: WorkerLimits
  ) throws(WorkerFailure) -> Worker {
    try start(task, files: files, limits: limits, program: ProgramStart.file)
  }

  /// Starts a worker that is another program, which only a test has a reason for.
  static func start(
    _ task: [UInt8], files: [Int32], limits: WorkerLimits, program: String
  ) throws(WorkerFailure) -> Worker {
    let worker = try Worker(files: files, limits: limits, program: program)
    worker.giveOrEnd(limits.encoded + UInt64(task.count).encoded + task)
    return worker
  }

  /// Lets a worker go on that waits for it; its time on the clock begins again.
  public mutating func go() {
    deadline = Self.now() + deadlineSeconds * 1000
    giveOrEnd([1])
  }

  /// How far it is.
  public var progress: WorkerProgress { WorkerProgress(page: page) }

  /// Waits for the answer.
  ///
  /// - Returns: the answer, which is as trustworthy as the files.
  /// - Throws: `WorkerFailure` if the worker dies or takes too long.
  public mutating func answer() throws(WorkerFailure) -> [UInt8] { try end(readAnswer()) }

  private init(files: [Int32], limits: WorkerLimits, program: String) throws(WorkerFailure) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else {
      throw Self.notStarted(errno, "socketpair")
    }
    defer { close(ends[1]) }
    guard let page = Trail.makePage() else {
      let code = errno
      close(ends[0])
      throw Self.notStarted(code, "memfd_create")
    }
    do throws(SystemError) {
      process = try Self.spawn(program, inherited: [ends[1], page] + files)
    } catch {
      close(ends[0])
      close(page)
      throw Self.notStarted(error.code, "posix_spawn")
    }
    channel = ends[0]
    self.page = page
    deadlineSeconds = limits.deadlineSeconds
    deadline = Self.now() + deadlineSeconds * 1000
  }

  deinit {
    if !hasEnded { _ = endNow() }
    close(channel)
    close(page)
  }

  private static func notStarted(_ code: Int32, _ call: String) -> WorkerFailure {
    WorkerFailure(rule: .cannotStart(code, call), stage: "", place: "")
  }

  /// Milliseconds of a clock that is never set.
  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// A worker that cannot be told what to do would wait for ever; once it is dead, `answer` says so.
  private func giveOrEnd(_ bytes: [UInt8]) { if !give(bytes) { kill(process, SIGKILL) } }

  private func give(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { send(channel, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }

  /// The answer; nil if it is invalid, or if the deadline came first.
  private func readAnswer() -> [UInt8]? {
    guard let header = read(count: 8), let length = try? UInt64(decoding: header),
      length <= WorkerLimits.answerBytes
    else { return nil }
    return read(count: Int(length))
  }

  private func read(count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < count {
      var waiting = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(clamping: max(0, deadline - Self.now())))
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else { return nil }
      let got = Glibc.read(channel, &block, min(block.count, count - bytes.count))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return nil }
      bytes += block[..<got]
    }
    return bytes
  }

  /// Ends the worker, whatever it is doing, and says how it went.
  private mutating func end(_ answer: [UInt8]?) throws(WorkerFailure) -> [UInt8] {
    let isLate = Self.now() >= deadline
    // After its answer there is nothing left to do; without one, it is dead already, or has to be.
    let status = answer == nil && !isLate ? waitBriefly() : endNow()
    hasEnded = true
    if let answer { return answer }
    let (stage, place) = Trail.read(page)
    let signal = status & 0x7F
    let rule: WorkerFailure.Rule =
      isLate || signal == SIGXCPU ? .tooLong : signal != 0 ? .stopped(signal: signal) : .noAnswer
    throw WorkerFailure(rule: rule, stage: stage, place: place)
  }

  private func endNow() -> Int32 {
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// A process that has closed its end is about to die of something, and what it is shall be known.
  ///
  /// One that goes on is ended, which is nothing that it died of: then the status is that of a process without an answer.
  private func waitBriefly() -> Int32 {
    var status: Int32 = 0
    for _ in 0..<1000 {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return status }
      if ended < 0 && errno != EINTR { return 0 }
      usleep(1000)
    }
    _ = endNow()
    return 0
  }
}
