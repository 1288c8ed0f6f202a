import Fixtures
import Foundation
import LosslessJSON
import Parallel
import Synchronization
import Testing

/// Every file of the team's collection of malformed files has its expected outcome.
@Suite(
  .slow, .enabled(if: Fixtures.shared != nil, "the collection of malformed files is not beside the checkout"))
struct CorpusTests {
  /// A file and what has to become of it.
  private struct Case: Sendable {
    let path: String
    /// For weights alone, the model that they are from.
    let architecture: String?
    let category: String
    let expectation: String
  }

  @Test func `Every malformed file has its expected outcome`() throws {
    let directory = TemporaryDirectory()
    let folder = directory.file("corpus")
    let line = #"mkdir "$2" && tar -xf "$1" -C "$2""#
    let archive = "\(try #require(Fixtures.shared))/corpus/malformed.tar.xz"
    try #require(try Binary.shell(line, [archive, folder]).code == 0)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cases = try Self.cases(in: folder)
    try #require(cases.count >= 1560)
    let outputs = [TemporaryDirectory(), TemporaryDirectory()]
    let table = Mutex<[String: Row]>([:])
    try shareWork(of: outputs.count, threads: outputs.count) { worker in
      for index in stride(from: worker, to: cases.count, by: outputs.count) {
        let item = cases[index]
        let run = try Supervised.run(
          item.path, architecture: item.architecture, in: outputs[worker].path)
        let problem = Self.problem(of: run, item)
        if let problem { Issue.record("\(item.path.dropFirst(folder.count)): \(problem); \(run.errors)") }
        table.withLock { $0[item.category, default: Row()].add(run, isExpected: problem == nil) }
      }
    }
    for (category, row) in table.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      print("\(category): \(row)")
    }
  }

  /// What became of the files of a category.
  private struct Row: CustomStringConvertible {
    private var (files, folded, refused, stopped, unexpected) = (0, 0, 0, 0, 0)
    private var (longest, largest) = (0.0, 0)

    mutating func add(_ run: Supervised, isExpected: Bool) {
      files += 1
      if run.code == 0 {
        folded += 1
      } else if run.errors.contains("its reader") {
        stopped += 1
      } else {
        refused += 1
      }
      if !isExpected { unexpected += 1 }
      longest = max(longest, run.seconds)
      largest = max(largest, run.peakMemory >> 20)
    }

    var description: String {
      """
      \(files) files: \(folded) folded, \(refused) refused, \(stopped) stopped their reader, \(unexpected) unexpected; \
      at most \(Int(longest * 1000)) ms and \(largest) MiB
      """
    }
  }

  private static func problem(of run: Supervised, _ item: Case) -> String? {
    guard run.isOrderly else { return "exit \(run.code), killed \(run.wasKilled), left \(run.left)" }
    // Two workers at a time: half of it is what a machine with nothing else to do takes.
    if run.processorSeconds / 2 > 5 { return "it took \(run.processorSeconds / 2) s" }
    if run.peakMemory > 300 << 20 { return "it took \(run.peakMemory >> 20) MiB" }
    switch item.expectation {
    case "accept", "accept_warn": return run.code == 0 ? nil : "a good file was refused"
    case "reject": return run.code == 65 ? nil : "a bad file was accepted"
    default: return nil
    }
  }

  private static func cases(in folder: String) throws -> [Case] {
    let generated = "\(folder)/badcorpus/generated"
    let manifest = try JSONDocument(parsing: readFile("\(generated)/manifest.json")).root
    var known: [String: Case] = [:]
    for entry in manifest["cases"]?.array ?? [] {
      guard let file = entry["file"]?.string?.description,
        let category = entry["category"]?.string?.description,
        let expected = entry["expect"]?.string?.description
      else { continue }
      let path = "\(generated)/\(file)"
      known[path] = Case(
        path: path, architecture: architecture(of: file, in: folder), category: category,
        expectation: expectation(expected, file, category))
    }
    let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
    let endings = [".h5", ".keras", ".safetensors"]
    return names.filter { name in endings.contains { name.hasSuffix($0) } }.sorted().map { name in
      let path = "\(folder)/\(name)"
      let origin = name.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      return known[path] ?? Case(path: path, architecture: nil, category: origin, expectation: "no_crash")
    }
  }

  private static func architecture(of file: String, in folder: String) -> String? {
    guard file.hasSuffix(".weights.h5") else { return nil }
    return "\(folder)/badcorpus/base/\(file.hasSuffix("valid__fun.weights.h5") ? "fun" : "seq").h5"
  }

  /// Where bnfold means something else than the collection.
  private static func expectation(_ expected: String, _ file: String, _ category: String) -> String {
    // Statistics that make no sense keep their layer from being folded, with the reason; the others are folded.
    if category == "values", expected == "reject" { return "accept" }
    // Without a graph there is nothing to fold in them, and what is open is no error.
    if file.hasPrefix("safetensors/model__"), expected == "reject" { return "accept" }
    // The content decides on the format, not the name.
    return file.hasSuffix("zip_renamed.h5") ? "accept" : expected
  }
}
