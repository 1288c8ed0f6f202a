import Fixtures
import Glibc
import Testing

/// What the sources of a room may not say.
@Suite struct SourceTests {
  /// A line of code, without its comment.
  private struct Line: CustomStringConvertible {
    let path: String
    let number: Int
    let code: Substring

    var description: String { "\(path):\(number): \(code)" }
  }

  private func lines(of target: String) throws -> [Line] {
    let folder = Fixtures.directory + "/../Sources/" + target
    let listing = try Binary.shell("find \"$1\" -name '*.swift'", [folder])
    return try listing.output.split(separator: "\n").flatMap { path in
      let text = try Binary.shell("cat \"$1\"", [String(path)]).output
      return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { number, line in
        Line(
          path: String(path), number: number + 1,
          code: line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line)
      }
    }
  }

  @Test(arguments: [
    "BatchNormFolding", "Calibration", "Comparison", "Equivalence", "Folding", "Inference", "Jobs",
    "ModelGraph",
  ])
  func `Only the rooms of formats know a word of Keras`(target: String) throws {
    let lines = try lines(of: target)
    #expect(!lines.isEmpty)
    // Programs know a code of a refusal and a name of a convention; the facade has one list of formats.
    let known = ["\"keras-bias-add\"", "fractionKept = \"keras\""]
    let found = lines.filter { line in
      line.code.lowercased().contains("keras") && !known.contains { line.code.contains($0) }
        && !line.path.hasSuffix("BatchNormFolding/Formats.swift")
    }
    #expect(found.isEmpty, "\(found)")
  }

  @Test(arguments: [
    "BatchNormFolding", "Calibration", "Comparison", "Diagnosis", "Equivalence", "Folding", "Inference",
    "Jobs", "ModelFormats", "ModelGraph", "Reports", "Wire",
  ])
  func `Only the room of ONNX knows a word of it`(target: String) throws {
    let lines = try lines(of: target)
    #expect(!lines.isEmpty)
    // What kinds of files there are, and what a file of a foreign kind is, is said in one place each.
    let lists = [
      "BatchNormFolding/Formats.swift", "ModelFormats/FileFormat.swift", "ModelFormats/ForeignFile.swift",
    ]
    let operators = ["Conv", "ConvTranspose", "Gemm", "MatMul", "Relu", "BatchNormalization", "Unsqueeze"]
    let found = lines.filter { line in
      let code = line.code.lowercased()
      // Reports call a batch normalization without a layer by its usual name.
      let isOperator = target != "Reports" && operators.contains { line.code.contains("\"\($0)\"") }
      return (isOperator || code.contains("onnx") || code.contains("opset") || code.contains("op_type"))
        && !lists.contains { line.path.hasSuffix($0) }
    }
    #expect(found.isEmpty, "\(found)")
  }

  @Test func `No error of the library mentions an option`() throws {
    let targets = try Binary.shell("ls \"$1\"", [Fixtures.directory + "/../Sources"]).output
    for target in targets.split(separator: "\n") where !["Reports", "bnfold"].contains(target) {
      let found = try lines(of: String(target)).filter { line in
        // Other tools have options, too, and so has a plan's own comment on how to use it.
        line.code.contains(#/"[^"]*\s--[a-z]/#) && !line.code.contains("tensorflowjs_converter")
          && !line.path.hasSuffix("WeightPlanWriter.swift")
      }
      #expect(found.isEmpty, "\(found)")
    }
  }
}
