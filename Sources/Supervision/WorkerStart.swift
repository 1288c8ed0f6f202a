import CLinux
import Files
import Glibc

extension Worker {
  /// What of the environment a worker may see: nothing secret, and nothing that changes what is computed.
  private static let inheritedVariables = ["LD_LIBRARY_PATH", "LD_PRELOAD"]

  /// Settings of the worker's libraries: no plug-ins.
  private static let variables = ["HDF5_PLUGIN_PATH=/nonexistent"]

  /// Starts a program, which is this one again, as a worker.
  ///
  /// - Parameters:
  ///   - program: its path.
  ///   - inherited: the worker's descriptors from 3 on.
  /// - Throws: `SystemError` if it cannot be started.
  static func spawn(_ program: String, inherited: [Int32]) throws(SystemError) -> pid_t {
    // Copies above the numbers that the worker shall have, so that none is overwritten before it is used.
    let first = WorkerPort.firstDescriptor
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    for descriptor in inherited {
      let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, first + Int32(inherited.count))
      guard copy >= 0 else { throw SystemError(code: errno) }
      copies.append(copy)
    }
    guard let nothing = NullDevice.open(O_RDWR) else { throw SystemError(code: errno) }
    defer { close(nothing) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for standard in 0...2 as ClosedRange<Int32> {
      posix_spawn_file_actions_adddup2(&actions, nothing, standard)
    }
    for (index, copy) in copies.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, copy, first + Int32(index))
    }
    // Whatever else this process has inherited from its own starter is none of the worker's business.
    posix_spawn_file_actions_addclosefrom_np(&actions, first + Int32(inherited.count))
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Ctrl-C reaches the whole group; the supervisor alone decides what becomes of its worker.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    let inheritedValues = inheritedVariables.compactMap { name in
      getenv(name).map { "\(name)=\(String(cString: $0))" }
    }
    var process: pid_t = 0
    let failed = withCStrings(["bnfold", argument, "\(getpid())"]) { arguments in
      withCStrings(variables + inheritedValues) { environment in
        posix_spawn(&process, program, &actions, &attributes, arguments, environment)
      }
    }
    guard failed == 0 else { throw SystemError(code: failed) }
    return process
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
