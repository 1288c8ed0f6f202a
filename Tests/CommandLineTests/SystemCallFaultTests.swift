import Elements
import Fixtures
import Foundation
import NumPy
import Testing

/// Every call of the system fails once, at every place: the target is the old file or the complete new one.
///
/// strace makes the calls fail, in the tool and in its workers. `BNFOLD_FAULT_STEP` is the distance between the calls
/// that are tried, three times that for `calibrate`, most of whose calls are those of `fold`; `make faults` tries every one.
@Suite(.slow, .enabled(if: Binary.canInjectFaults, "strace is not installed, or may not trace here"))
struct SystemCallFaultTests {
  private let model = Fixtures.fixture("keras3", "dense").path

  /// What is done to the model, and with which files besides.
  enum Command: String, CaseIterable {
    case fold, calibrate

    func arguments(data: String) -> [String] {
      self == .fold ? [rawValue] : [rawValue, "--data", data, "--batch-size", "4"]
    }
  }

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

  @Test(arguments: Command.allCases, [false, true])
  func `No failing call leaves anything but the old or the new file`(command: Command, hasOld: Bool) throws {
    let directory = TemporaryDirectory()
    let data = directory.file("data.npy")
    let input = try #require(Fixtures.fixture("keras3", "dense").golden().inputs.first)
    let samples = [8 * input.shape[0]] + input.shape.dropFirst()
    let values = (0..<samples.elementCount).map { Double($0 % 7) }
    try writeFile(
      data,
      NumPyArray(elementType: .float32, shape: samples, bytes: ElementType.float32.encode(values)).content)
    let reference = directory.file("reference.h5")
    let arguments = command.arguments(data: data) + [model]
    #expect(try Binary.run(arguments + ["-o", reference]).code == 0)
    let expected = try readFile(reference)
    let distance = Supervised.number("BNFOLD_FAULT_STEP", default: 23)
    let step = command == .fold || distance == 1 ? distance : 3 * distance
    var runs = 0
    for (call, errors) in Self.faults {
      for (index, error) in errors.enumerated() {
        for place in stride(from: 1 + index % step, through: 10_000, by: step) {
          runs += 1
          let fault = "inject=\(call):error=\(error):when=\(place)"
          guard try fails(fault, tracing: call, arguments, hasOld: hasOld, expected: expected) else { break }
        }
      }
    }
    print("Failing calls (\(command), \(hasOld ? "with" : "without") an old file): \(runs) runs")
  }

  /// Runs a command with a fault.
  ///
  /// - Returns: whether a call failed; past the last call of its kind, none does.
  private func fails(
    _ fault: String, tracing call: String, _ arguments: [String], hasOld: Bool, expected: [UInt8]
  ) throws -> Bool {
    let directory = TemporaryDirectory()
    let log = directory.file("trace")
    let folder = TemporaryDirectory()
    let output = folder.file("out.h5")
    let old: [UInt8] = hasOld ? [1, 2, 3] : []
    if hasOld { try writeFile(output, old) }
    let line =
      #"log=$1 call=$2 fault=$3; shift 3; exec strace -f -o "$log" -e trace="$call" -e "$fault" "$0" "$@""#
    let outcome = try Binary.shell(line, [log, call, fault] + arguments + ["-o", output, "--force"])
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
