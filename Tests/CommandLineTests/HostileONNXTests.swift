import Elements
import Fixtures
import Foundation
import LosslessJSON
import NumPy
import Parallel
import Synchronization
import Testing

/// Every hostile model of ONNX has its outcome: the exit code, the rule that it breaks, no output, little memory, soon.
@Suite(.slow) struct HostileONNXTests {
  private static let folder = "\(Fixtures.directory)/onnx/hostile"

  /// A file, and what has to become of a command that reads it.
  private struct Case: Sendable {
    let name: String
    let command: String
    let arguments: [String]
    /// The shape of the input, of ones.
    let given: Shape
    let code: Int
    let words: String

    init(_ name: String, _ entry: JSONValue) throws {
      self.name = name
      command = try #require(entry["command"]?.string?.description)
      arguments = (entry["arguments"]?.array ?? []).compactMap { $0.string?.description }
      given = (entry["given"]?.array ?? []).compactMap { $0.integer }
      code = try #require(entry["code"]?.integer)
      words = try #require(entry["words"]?.string?.description)
    }

    var path: String { "\(HostileONNXTests.folder)/\(name).onnx" }
  }

  private static func cases() throws -> [Case] {
    let manifest = try JSONDocument(parsing: readFile("\(folder)/manifest.json")).root
    return try (manifest.members ?? []).map { try Case($0.key.description, $0.value) }
  }

  @Test func `Every hostile model has its outcome`() throws {
    let cases = try Self.cases()
    try #require(cases.count >= 140)
    let files = try #require(try? FileManager.default.contentsOfDirectory(atPath: Self.folder))
    #expect(Set(files.filter { $0.hasSuffix(".onnx") }) == Set(cases.map { $0.name + ".onnx" }))
    let folders = [TemporaryDirectory(), TemporaryDirectory()]
    let inputs = TemporaryDirectory()
    let longest = Mutex((seconds: 0.0, name: "", memory: 0))
    try shareWork(of: folders.count, threads: folders.count) { worker in
      for index in stride(from: worker, to: cases.count, by: folders.count) {
        let item = cases[index]
        for arguments in try Self.commands(for: item, in: folders[worker].path, inputs) {
          let run = try Supervised.run(arguments: arguments, in: folders[worker].path)
          if let problem = Self.problem(of: run, item) {
            Issue.record("\(item.name) (\(arguments[0])): \(problem); \(run.output)\(run.errors)")
          }
          longest.withLock {
            if run.seconds > $0.seconds { ($0.seconds, $0.name) = (run.seconds, item.name) }
            $0.memory = max($0.memory, run.peakMemory >> 20)
          }
        }
      }
    }
    let worst = longest.withLock { $0 }
    print(
      "\(cases.count) hostile models; at most \(Int(worst.seconds * 1000)) ms (\(worst.name)), \(worst.memory) MiB"
    )
  }

  /// What is done with a file: a command that only looks at it and one that writes, or the run of it.
  private static func commands(
    for item: Case, in folder: String, _ inputs: TemporaryDirectory
  ) throws -> [[String]] {
    guard item.command == "run" else {
      let looks = [item.command, item.path] + item.arguments
      return item.code == 0
        ? [looks] : [looks, ["convert", item.path, "\(folder)/out.onnx"] + item.arguments]
    }
    let input = inputs.file("\(item.name).npy")
    let ones = [Double](repeating: 1, count: item.given.elementCount)
    try writeFile(
      input,
      NumPyArray(elementType: .float32, shape: item.given, bytes: ElementType.float32.encode(ones)).content)
    return [["run", item.path, "-i", input, "-o", "\(folder)/out.npy"] + item.arguments]
  }

  private static func problem(of run: Supervised, _ item: Case) -> String? {
    if run.wasKilled || run.code != item.code { return "exit \(run.code), killed \(run.wasKilled)" }
    let (said, isRefused) = (run.code == 0 ? run.output : run.errors, run.code != 0)
    if !said.contains(item.words) { return "it does not say \(item.words)" }
    if isRefused, !said.contains(folder) {
      return "the error does not name the file"
    }
    if isRefused, said.split(separator: "\n").count != 1 || said.utf8.count > 2000 {
      return "the error is no line"
    }
    if said.contains("its reader") { return "the reader was stopped" }
    if isRefused, !run.left.isEmpty { return "it left \(run.left)" }
    // Two at a time: half of it is what a machine with nothing else to do takes; without optimization all takes longer.
    if run.processorSeconds / 2 > 10 { return "it took \(run.processorSeconds / 2) s" }
    return run.peakMemory > 300 << 20 ? "it took \(run.peakMemory >> 20) MiB" : nil
  }
}
