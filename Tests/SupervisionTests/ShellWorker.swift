import Glibc

@testable import Supervision

/// Workers that are a shell, so that they do what a test needs.
enum ShellWorker {
  /// A script that takes a line of shell for its task, whatever else the supervisor sends.
  static let program = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/worker.sh"

  /// Starts one.
  ///
  /// - Parameter seconds: time on the clock; a test that does not want to wait has long enough a time, or none at all.
  static func start(_ line: String, files: [Int32] = [], seconds: Int = 60) throws -> Worker {
    try Worker.start(Array(line.utf8), files: files, limits: limits(seconds: seconds), program: program)
  }

  static func limits(seconds: Int) -> WorkerLimits {
    WorkerLimits(memoryBytes: 1 << 30, totalSeconds: 60, deadlineSeconds: seconds, writtenBytes: 1 << 20)
  }

  /// A line that answers with what another one prints.
  static func answering(_ line: String) -> String {
    // A length of eight bytes, of which all but two are 0.
    #"""
    text=$(\#(line)); size=${#text}
    printf "\\$(printf %o $((size & 255)))\\$(printf %o $((size >> 8 & 255)))\0\0\0\0\0\0%s" "$text" >&3
    """#
  }

  /// What a worker answers that prints something.
  static func output(of line: String, files: [Int32] = []) throws -> String {
    var worker = try start(answering(line), files: files)
    return String(decoding: try worker.answer(), as: UTF8.self)
  }

  /// Why a worker gives no answer.
  static func failure(_ line: String, seconds: Int = 60) throws -> WorkerFailure? {
    var worker = try start(line, seconds: seconds)
    return failure(of: &worker)
  }

  static func failure(of worker: inout Worker) -> WorkerFailure? {
    do throws(WorkerFailure) {
      _ = try worker.answer()
      return nil
    } catch {
      return error
    }
  }
}

/// A pipe by which a worker tells a test something that is not its answer.
final class TestPipe {
  let reader: Int32
  let writer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0)
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// Whether nothing comes for a while.
  func isEmpty(forMilliseconds milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, milliseconds) == 0
  }

  /// The number that a worker prints in a line; nil if it prints none for long.
  func number() -> Int? {
    var text: [UInt8] = []
    var byte: UInt8 = 0
    var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 20_000) > 0, read(reader, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      text.append(byte)
    }
    return Int(String(decoding: text, as: UTF8.self))
  }
}
