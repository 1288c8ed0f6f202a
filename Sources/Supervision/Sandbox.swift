import CLinux
import Glibc

/// What keeps a worker from doing anything but compute on the files that it was given.
public struct Sandbox: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Bounds on memory, processor time, open files and core dumps.
  public static let resourceLimits = Sandbox(rawValue: 1)
  /// No program that is started could gain rights.
  public static let noNewPrivileges = Sandbox(rawValue: 2)
  /// No path can be opened, linked or renamed, and no port bound or connected to (Landlock).
  public static let noPaths = Sandbox(rawValue: 4)
  /// No call of the system but those on the files that are open, memory, threads and time (seccomp).
  public static let fewSystemCalls = Sandbox(rawValue: 8)

  /// All of them, in words.
  public static let descriptions: [(Sandbox, String)] = [
    (.resourceLimits, "resource limits"), (.noNewPrivileges, "no new privileges"),
    (.noPaths, "Landlock without any path"), (.fewSystemCalls, "seccomp without open, socket and exec"),
  ]

  /// Limits what this process may use; it may still open files, such as shared libraries.
  static func limit(_ limits: WorkerLimits) -> Sandbox {
    var active: Sandbox = [.resourceLimits]
    let bounds: [(__rlimit_resource_t, Int)] = [
      (__rlimit_resource_t(RLIMIT_AS.rawValue), limits.memoryBytes),
      (__rlimit_resource_t(RLIMIT_CORE.rawValue), 0), (__rlimit_resource_t(RLIMIT_NOFILE.rawValue), 32),
      (__rlimit_resource_t(RLIMIT_CPU.rawValue), limits.totalSeconds + secondsToDie),
      (__rlimit_resource_t(RLIMIT_FSIZE.rawValue), limits.writtenBytes),
    ]
    for (resource, value) in bounds where !lower(resource, to: value) { active.remove(.resourceLimits) }
    _ = bnfold_prctl(PR_SET_DUMPABLE, 0)
    if bnfold_prctl(PR_SET_NO_NEW_PRIVS, 1) == 0 { active.insert(.noNewPrivileges) }
    return active
  }

  /// Takes away every path and every call that is not needed any more.
  ///
  /// - Returns: what the kernel offers of it.
  static func close() -> Sandbox {
    var active: Sandbox = []
    if forbidPaths() { active.insert(.noPaths) }
    if SystemCallFilter.install() { active.insert(.fewSystemCalls) }
    return active
  }

  /// Between SIGXCPU, which says what happened, and SIGKILL, which does not.
  private static let secondsToDie = 5

  /// Lets this process run for some more seconds of processor time; past them, SIGXCPU ends it.
  static func allow(seconds: Int?) {
    var used = rusage()
    getrusage(RUSAGE_SELF.rawValue, &used)
    let spent = Int(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1
    var bounds = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &bounds)
    bounds.rlim_cur =
      seconds.map { min(rlim_t(spent + $0), bounds.rlim_max) } ?? bounds.rlim_max - rlim_t(secondsToDie)
    setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &bounds)
  }

  /// Lets this process have so much memory in all; past it, it gets none.
  static func allow(memoryBytes: Int?) {
    var bounds = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bounds)
    bounds.rlim_cur = memoryBytes.map { min(rlim_t($0), bounds.rlim_max) } ?? bounds.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bounds)
  }

  private static func lower(_ resource: __rlimit_resource_t, to value: Int) -> Bool {
    var bounds = rlimit()
    guard getrlimit(resource, &bounds) == 0 else { return false }
    bounds.rlim_max = min(bounds.rlim_max, rlim_t(value))
    bounds.rlim_cur = min(bounds.rlim_cur, bounds.rlim_max)
    return setrlimit(resource, &bounds) == 0
  }

  /// Source: Linux, Documentation/userspace-api/landlock.rst; each version of the interface knows more rights.
  private static func forbidPaths() -> Bool {
    let version = Int(bnfold_landlock_version())
    guard version > 0 else { return false }
    let fileRights = [13, 13, 14, 15, 15, 16][min(version, 5)]
    let attributes: [UInt64] = [(1 << fileRights) - 1, version >= 4 ? 3 : 0, version >= 6 ? 3 : 0]
    let size = version >= 6 ? 24 : version >= 4 ? 16 : 8
    let ruleset = attributes.withUnsafeBytes { bnfold_landlock_create($0.baseAddress, size) }
    guard ruleset >= 0 else { return false }
    defer { Glibc.close(ruleset) }
    return bnfold_landlock_restrict(ruleset) == 0
  }
}
