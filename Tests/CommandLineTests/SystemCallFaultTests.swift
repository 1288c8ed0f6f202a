import Elements
import Fixtures
import Foundation
import NumPy
import Testing

/// Every call of the system fails once, at every place: the target is the old file or the complete new one.
///
/// strace makes the calls fail, in the tool and in its workers. `BNFOLD_FAULT_STEP` is the distance between the calls
/// that are tried, six times that for `calibrate`, most of whose calls are those of `fold`, and for models in two files;
/// `make faults` tries every one.
@Suite(.slow, .enabled(if: Binary.canInjectFaults, "strace is not installed, or may not trace here"))
struct SystemCallFaultTests {
  /// What is done.
  enum Command: String, CaseIterable {
    case fold, calibrate
    /// Puts the weights of an ONNX model into a file beside it.
    case convert
    /// Compares an ONNX model with one whose weights are in another file.
    case verify

    /// - Parameter folder: has the data, and takes the output.
    func arguments(data: String, in folder: String) -> [String] {
      let dense = Fixtures.fixture("keras3", "dense").path
      switch self {
      case .fold: return ["fold", dense, "-o", "\(folder)/out.h5", "--force"]
      case .calibrate:
        return ["calibrate", dense, "--data", data, "--batch-size", "4", "-o", "\(folder)/out.h5", "--force"]
      case .convert:
        return ["convert", onnxFixture("network"), "\(folder)/out.onnx", "--external-data", "--force"]
      case .verify: return ["verify", onnxFixture("external"), onnxFixture("external")]
      }
    }

    /// The model that is written, and the file with its weights.
    var outputs: [String] {
      switch self {
      case .fold, .calibrate: ["out.h5"]
      case .convert: ["out.onnx", "out.onnx.data"]
      case .verify: []
      }
    }
  }

  /// Calls that a fold makes, and errors that they can fail with.
  private static let faults: [(call: String, errors: [String])] = [
    ("openat", ["EACCES", "EMFILE", "ENOSPC", "EROFS", "EINTR"]),
    ("pwrite64", ["ENOSPC", "EIO", "EFBIG", "EDQUOT", "EINTR"]), ("pread64", ["EIO", "EINTR"]),
    ("fsync", ["EIO", "ENOSPC", "EDQUOT", "EINTR"]), ("renameat2", ["EACCES", "EIO", "EXDEV", "EINVAL"]),
    ("rename", ["EACCES", "EIO", "EROFS", "ENOSPC"]), ("unlink", ["EACCES", "EIO"]),
    ("ftruncate", ["EIO", "EFBIG", "EINTR"]),
    ("socketpair", ["EMFILE"]), ("memfd_create", ["EMFILE"]), ("read", ["EIO", "EINTR"]),
    ("fcntl", ["EMFILE"]), ("close", ["EIO", "EINTR"]), ("flock", ["ENOLCK", "EAGAIN"]),
    ("sync_file_range", ["EIO"]), ("sendto", ["EPIPE", "EINTR"]), ("poll", ["EINTR"]),
    ("seccomp", ["EINVAL"]), ("lseek", ["EIO"]), ("write", ["EIO", "EINTR"]),
  ]

  @Test(arguments: Command.allCases, [false, true])
  func `No failing call leaves anything but the old or the new files`(command: Command, hasOld: Bool) throws {
    guard !hasOld || !command.outputs.isEmpty else { return }
    let directory = TemporaryDirectory()
    let data = directory.file("data.npy")
    let input = try #require(Fixtures.fixture("keras3", "dense").golden().inputs.first)
    let samples = [8 * input.shape[0]] + input.shape.dropFirst()
    let values = (0..<samples.elementCount).map { Double($0 % 7) }
    try writeFile(
      data,
      NumPyArray(elementType: .float32, shape: samples, bytes: ElementType.float32.encode(values)).content)
    let reference = TemporaryDirectory()
    #expect(try Binary.run(command.arguments(data: data, in: reference.path)).code == 0)
    let expected = try command.outputs.map { try readFile(reference.file($0)) }
    let distance = Supervised.number("BNFOLD_FAULT_STEP", default: 23)
    let step = command == .fold || distance == 1 ? distance : 6 * distance
    var runs = 0
    for (call, errors) in Self.faults {
      for (index, error) in errors.enumerated() {
        for place in stride(from: 1 + index % step, through: 10_000, by: step) {
          runs += 1
          let fault = Fault(call: call, inject: "inject=\(call):error=\(error):when=\(place)")
          guard try fails(fault, command, data: data, hasOld: hasOld, expected: expected) else { break }
        }
      }
    }
    print("Failing calls (\(command), \(hasOld ? "with" : "without") old files): \(runs) runs")
  }

  /// A call that is made to fail.
  private struct Fault {
    let call: String
    let inject: String
  }

  /// Runs a command with a fault.
  ///
  /// - Returns: whether a call failed; past the last call of its kind, none does.
  private func fails(
    _ fault: Fault, _ command: Command, data: String, hasOld: Bool, expected: [[UInt8]]
  ) throws -> Bool {
    let directory = TemporaryDirectory()
    let log = directory.file("trace")
    let folder = TemporaryDirectory()
    let names = command.outputs
    let old: [[UInt8]?] = names.indices.map { hasOld ? [1, 2, UInt8($0)] : nil }
    for (name, bytes) in zip(names, old) { if let bytes { try writeFile(folder.file(name), bytes) } }
    let line =
      #"log=$1 call=$2 fault=$3; shift 3; exec strace -f -o "$log" -e trace="$call" -e "$fault" "$0" "$@""#
    let outcome = try Binary.shell(
      line, [log, fault.call, fault.inject] + command.arguments(data: data, in: folder.path))
    let found = names.map { try? readFile(folder.file($0)) }
    let isNew = found == expected
    let isDocumented = [65, 66, 69, 70, 71, 73, 74, 127].contains(outcome.code)
    // Of two files the second one alone is no model. A directory that cannot be synchronized is an error although the
    // file is there; so is a lost report.
    let isWhole = isNew || found == old || names.count == 2 && found[0] == nil
    let isRight = outcome.code == 0 ? isNew : isDocumented && isWhole
    if !isRight || outcome.wasKilled || !folder.contents.allSatisfy(names.contains) {
      Issue.record(
        "\(fault.inject): exit \(outcome.code), \(found.map { $0?.count }), left \(folder.contents); \(outcome.errors)"
      )
    }
    return String(decoding: (try? readFile(log)) ?? [], as: UTF8.self).contains("INJECTED")
  }
}
