import Fixtures
import Foundation
import Testing

/// Every call of the system fails once, at every place: the target is the old file or the complete new one.
///
/// strace makes the calls fail, in the tool and in its workers. `BNFOLD_FAULT_STEP` is the distance between the calls
/// that are tried; `make faults` tries every one.
@Suite(.enabled(if: Binary.canInjectFaults, "strace is not installed, or may not trace here"))
struct SystemCallFaultTests {
  private let model = Fixtures.fixture("keras3", "dense").path

  /// Calls that a fold makes, and errors that they can fail with.
  private static let faults: [(call: String, errors: [String])] = [
    ("openat", ["EACCES", "EMFILE", "ENOSPC", "EROFS", "EINTR"]),
    ("pwrite64", ["ENOSPC", "EIO", "EFBIG", "EDQUOT", "EINTR"]), ("pread64", ["EIO", "EINTR"]),
    ("fsync", ["EIO", "ENOSPC", "EDQUOT", "EINTR"]), ("renameat2", ["EACCES", "EIO", "EXDEV", "EINVAL"]),
    ("rename", ["EACCES", "EIO", "EROFS", "ENOSPC"]), ("ftruncate", ["EIO", "EFBIG", "EINTR"]),
    ("socketpair", ["EMFILE"]), ("memfd_create", ["EMFILE"]), ("read", ["EIO", "EINTR"]),
    ("fcntl", ["EMFILE"]), ("close", ["EIO", "EINTR"]), ("flock", ["ENOLCK", "EAGAIN"]),
    ("sync_file_range", ["EIO"]), ("sendto", ["EPIPE", "EINTR"]), ("poll", ["EINTR"]),
    ("seccomp", ["EINVAL"]), ("lseek", ["EIO"]), ("write", ["EIO", "EINTR"]),
  ]

  @Test(arguments: [false, true])
  func `No failing call leaves anything but the old or the new file`(hasOld: Bool) throws {
    let directory = TemporaryDirectory()
    #expect(try Binary.run(["fold", model, "-o", directory.file("reference.h5")]).code == 0)
    let expected = try readFile(directory.file("reference.h5"))
    let step = Supervised.number("BNFOLD_FAULT_STEP", default: 23)
    var runs = 0
    for (call, errors) in Self.faults {
      for (index, error) in errors.enumerated() {
        for place in stride(from: 1 + index % step, through: 10_000, by: step) {
          runs += 1
          let fault = "inject=\(call):error=\(error):when=\(place)"
          guard try fails(fault, tracing: call, hasOld: hasOld, expected: expected) else { break }
        }
      }
    }
    print("Failing calls (\(hasOld ? "with" : "without") an old file): \(runs) runs")
  }

  /// Runs a fold with a fault.
  ///
  /// - Returns: whether a call failed; past the last call of its kind, none does.
  private func fails(_ fault: String, tracing call: String, hasOld: Bool, expected: [UInt8]) throws -> Bool {
    let directory = TemporaryDirectory()
    let log = directory.file("trace")
    let folder = TemporaryDirectory()
    let output = folder.file("out.h5")
    let old: [UInt8] = hasOld ? [1, 2, 3] : []
    if hasOld { try writeFile(output, old) }
    let line = #"exec strace -f -o "$1" -e trace="$2" -e "$3" "$0" fold "$4" -o "$5" --force"#
    let outcome = try Binary.shell(line, [log, call, fault, model, output])
    let found = (try? readFile(output)) ?? []
    let isNew = found == expected
    let isDocumented = [65, 66, 69, 70, 71, 73, 74, 127].contains(outcome.code)
    // A directory that cannot be synchronized is an error although the file is there; so is a lost report.
    let isRight = outcome.code == 0 ? isNew : isDocumented && (isNew || found == old)
    if !isRight || outcome.wasKilled || !folder.contents.allSatisfy({ $0 == "out.h5" }) {
      Issue.record(
        "\(fault): exit \(outcome.code), \(found.count) bytes, left \(folder.contents); \(outcome.errors)")
    }
    return String(decoding: (try? readFile(log)) ?? [], as: UTF8.self).contains("INJECTED")
  }
}
