import Foundation
import Glibc

/// A run of the binary of which everything is measured that a user could suffer from.
struct Supervised {
  let code: Int32
  let wasKilled: Bool
  let output: String
  let errors: String
  /// Time on the clock.
  let seconds: Double
  /// Processor time of the tool and its processes, which does not depend on what else the machine does.
  let processorSeconds: Double
  /// The largest memory of the tool or of one of its processes, in bytes; 0 where that of the tests hides it.
  ///
  /// A process begins with the memory of the one that starts it, which its maximum includes.
  let peakMemory: Int
  /// Names of what is in the output's folder afterwards.
  let left: [String]
  /// Names of what has to be there if it succeeds.
  let expectedFiles: [String]

  /// Whether it ended as it may on bad input: by itself, within the exit codes, soon, and without a half-made file.
  var isOrderly: Bool {
    !wasKilled && [0, 1, 65].contains(code) && left.sorted() == (code == 0 ? expectedFiles : [])
      && (code != 65 || errors.split(separator: "\n").count == 1)
  }

  /// Folds a file into an empty folder, which is emptied again; of weights without a graph, a plan is made.
  ///
  /// - Parameter architecture: a file with the architecture, for weights without one.
  static func run(_ path: String, architecture: String? = nil, in folder: String) throws -> Supervised {
    let name = outputName(for: path, isWeights: architecture != nil)
    var arguments = [
      path.hasSuffix(".safetensors") ? "plan" : "fold", path, "-o", "\(folder)/\(name)",
    ]
    if let architecture {
      arguments += ["--architecture", architecture, "--output-architecture", folder + "/out.json"]
    }
    return try run(
      arguments: arguments, in: folder, expecting: architecture == nil ? [name] : ["out.json", name])
  }

  /// Runs a command that writes into an empty folder, if anywhere; the folder is emptied again.
  ///
  /// - Parameter names: of what has to be there if it succeeds.
  static func run(
    arguments: [String], in folder: String, expecting names: [String] = []
  ) throws -> Supervised {
    let (outputPath, errorPath) = (folder + ".output", folder + ".errors")
    let arguments = [Binary.path] + arguments
    let start = Date()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    let failed = posix_spawn(&process, Binary.path, &actions, nil, &pointers, environ)
    guard failed == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failed) ?? .EIO) }
    var status: Int32 = 0
    var used = rusage()
    while wait4(process, &status, 0, &used) < 0 && errno == EINTR {}
    let seconds = Date().timeIntervalSince(start)
    var own = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
    let left = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in left { unlink("\(folder)/\(name)") }
    let texts = [outputPath, errorPath].map { path in
      defer { unlink(path) }
      return (try? String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)) ?? ""
    }
    return Supervised(
      code: status >> 8 & 0xFF, wasKilled: status & 0x7F != 0, output: texts[0], errors: texts[1],
      seconds: seconds,
      processorSeconds: Self.seconds(used.ru_utime) + Self.seconds(used.ru_stime),
      peakMemory: used.ru_maxrss > own.ru_maxrss ? used.ru_maxrss << 10 : 0, left: left,
      expectedFiles: names)
  }

  /// A name that says the format in which a file is folded: that which the file has.
  private static func outputName(for path: String, isWeights: Bool) -> String {
    if isWeights { return "out.weights.h5" }
    let head = FileHandle(forReadingAtPath: path)?.readData(ofLength: 2)
    return head == Data("PK".utf8) ? "out.keras" : "out.h5"
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }

  /// A number that the environment may set, so that a long run and the short one of `make test` are the same code.
  static func number(_ variable: String, default fallback: Int) -> Int {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? fallback
  }
}
