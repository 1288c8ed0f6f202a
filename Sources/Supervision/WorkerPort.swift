import CLinux
import Files
import Glibc

/// The worker's side: its task, its files, and the one answer that it gives.
public struct WorkerPort {
  private static let channel: Int32 = 3
  private static let page: Int32 = 4
  static let firstDescriptor = channel

  public let task: [UInt8]
  private let limited: Sandbox

  /// Begins to be a worker.
  ///
  /// - Parameter supervisor: the process that waits for the answer, from the command line.
  /// - Returns: nil where no supervisor has started this process.
  public init?(supervisor: pid_t) {
    // A supervisor that is killed takes its worker along, even if it was killed just now.
    _ = bnfold_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL))
    guard getppid() == supervisor, let limits: WorkerLimits = Self.take(bytes: 32),
      let length: UInt64 = Self.take(bytes: 8), let task = Self.read(count: Int(clamping: length))
    else { return nil }
    SignalCleanup.ignoreWriteSignals()
    signal(SIGXCPU, SIG_DFL)
    Trail.follow(Self.page)
    self.task = task
    limited = Sandbox.limit(limits)
  }

  /// The descriptor of a file that the supervisor has given.
  public func file(_ index: Int) -> Int32 { Self.page + 1 + Int32(index) }

  /// Closes this process in: from here on it has its memory, its threads and its descriptors, and nothing else.
  ///
  /// Everything that has to be opened must be open, and nothing of the files may have been read.
  /// - Returns: what of it the kernel has made true.
  public func close() -> Sandbox { limited.union(Sandbox.close()) }

  /// Begins a stage of the work, with its share of what the whole may use.
  ///
  /// - Parameters:
  ///   - stage: what is done, for a message, such as `reading the structure`.
  ///   - seconds: processor time from now on; nil for what is left of the whole.
  ///   - memoryBytes: address space, with what is in use already; nil for what the whole may have.
  public func begin(_ stage: String, seconds: Int?, memoryBytes: Int?) {
    Sandbox.allow(seconds: seconds)
    Sandbox.allow(memoryBytes: memoryBytes)
    Trail.begin(stage)
  }

  /// Waits until the supervisor lets the work go on.
  public func waitForGo() { _ = Self.read(count: 1) }

  /// Gives the answer and ends this process, without any library's clean-up.
  public func answer(_ bytes: [UInt8]) -> Never {
    var rest = (UInt64(bytes.count).encoded + bytes)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(Self.channel, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { _exit(1) }
      rest = rest.dropFirst(written)
    }
    _exit(0)
  }

  private static func take<Value: Decodable>(bytes: Int) -> Value? {
    read(count: bytes).flatMap { try? Value(decoding: $0) }
  }

  private static func read(count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(channel, $0.baseAddress! + done, count - done) }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return nil }
      done += got
    }
    return bytes
  }
}
