import BatchNormFolding
import Bytes
import Calibration
import Comparison
import Diagnosis
import Elements
import Fixtures
import LosslessJSON
import Reports
import Supervision
import Testing

@testable import Jobs
@testable import bnfold

/// An answer comes from a process that a file may have taken over: what a report would stumble over is refused.
@Suite struct HostileAnswerTests {
  /// A value with the shape of another one, whose members anybody may choose.
  private struct Tensor: Codable {
    var name: ByteString = "a"
    var elementType = ElementType.float32
    let shape: [Int]
  }

  @Test(arguments: [[1 << 40, 1 << 40], [-1], [.max, 2], [Int](repeating: 1, count: 101)])
  func `A shape whose elements cannot be counted is refused`(shape: [Int]) throws {
    #expect(throws: MessageError.self) {
      try TensorDescriptionAnswer(decoding: [Tensor(shape: shape)].encoded)
    }
    #expect(try TensorDescriptionAnswer(decoding: [Tensor(shape: [3, 0, 5])].encoded).count == 1)
  }

  private typealias TensorDescriptionAnswer = [TensorDescription]

  private struct Trace: Codable {
    var layer: ByteString = "a"
    var valuesOfABatch = 1
    let updates: [Int]
    var curves: [ConvergenceTrace.Curve] = []
  }

  @Test(arguments: [[], [Int.max], [-1]])
  func `A trace that cannot be drawn is refused`(updates: [Int]) throws {
    #expect(throws: MessageError.self) { try ConvergenceTrace(decoding: Trace(updates: updates).encoded) }
    #expect(try ConvergenceTrace(decoding: Trace(updates: [1, 2]).encoded).updates == [1, 2])
  }

  private struct Size: Codable {
    let parts: Int
    let parameters: Int
  }

  @Test(arguments: [(-1, 0), (0, .min), (.max, 1)])
  func `A size whose change is not a number is refused`(parts: Int, parameters: Int) throws {
    #expect(throws: MessageError.self) {
      try ModelSize(decoding: Size(parts: parts, parameters: parameters).encoded)
    }
    #expect(try ModelSize(decoding: Size(parts: 1, parameters: 2).encoded).parameters == 2)
  }

  private struct Found: Codable {
    let symptoms: [Symptom]
    var normalizations = 1
    var unread = 0
  }

  @Test(arguments: [Double.nan, .infinity, 1e300, 0.5])
  func `An axis that is not a whole number is not told`(axis: Double) throws {
    let symptom = Symptom(.wrongAxis, "bn", value: axis, reference: 3)
    let found = try ModelDiagnosis(decoding: Found(symptoms: [symptom]).encoded)
    let lines = DiagnosisPart(found).lines(for: TextStyle()).joined(separator: "\n")
    #expect(lines.contains("it normalizes axis ?, and the channels of"))
  }

  /// A quote with an accent is one letter for Swift, and still a quote for Graphviz.
  @Test func `A name ends no string of a drawing`() throws {
    let name: ByteString = "a\"\u{301} [URL=x] //"
    let layer = LayerDescription.Parts(path: name, name: name)
    let answer = InspectionAnswer.Parts(layers: [layer])
    let drawing = GraphDrawing(answer: try InspectionAnswer(decoding: answer.encoded)).text
    #expect(drawing.contains("\"a\\\"\u{301} [URL=x] //\""))
  }

  @Test func `A name of a megabyte widens no other line of a table`() {
    var table = Table(["Layer", "Class"])
    table.add([String(repeating: "x", count: 1 << 20), "Dense"])
    for _ in 0..<100 { table.add(["short", "Dense"]) }
    let lines = table.lines(for: TextStyle(width: 80))
    #expect(lines.dropFirst(2).allSatisfy { $0.count < 300 } && lines[1].hasSuffix("x  Dense"))
  }
}

extension LayerDescription {
  /// The members of one, which anybody may choose.
  fileprivate struct Parts: Codable {
    let path: ByteString
    let name: ByteString
    var depth = 0
    var className: ByteString = "Dense"
    var wrappedClassName: ByteString?
    var outputShape: [Int?]?
    var parameterCount = 0
  }
}

extension InspectionAnswer {
  /// The members of one.
  fileprivate struct Parts: Codable {
    struct Summary: Codable {
      var framework: ByteString?
      var frameworkVersion: ByteString? = "3"
      var partCount = 1
      var parameterCount = 0
    }

    var summary = Summary()
    let layers: [LayerDescription.Parts]
    var tensors: [Int] = []
    var entries: [Int] = []
    var connections: [Int] = []
    var notes: [String] = []
  }
}
