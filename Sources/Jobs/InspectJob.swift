import BatchNormFolding
import Bytes
import Elements
import Folding
import ModelFormats
import Supervision

/// Shows a model, and what can be folded in it; nothing is written.
struct InspectJob: Job {
  let options: FoldOptions

  func answer(in workplace: Workplace) throws -> InspectionAnswer {
    let opened = try workplace.open(0, as: "the model")
    guard !opened.needsPlan else {
      return try workplace.inspect(WeightsFile(opened, limits: workplace.limits.reading))
    }
    let file = try workplace.model(opened, 0)
    let folded = try workplace.plan(file, options)
    let description = ModelDescription(of: file)
    return InspectionAnswer(
      summary: ModelSummary(of: file), layers: description.layers, tensors: [], ledger: folded.ledger,
      connections: description.connections)
  }
}

/// What `inspect` learns from a model, or from weights without a graph.
package struct InspectionAnswer: Codable {
  package let summary: ModelSummary
  package let layers: [LayerDescription]
  package let tensors: [TensorDescription]
  package let ledger: Ledger
  package let connections: [Connection]
  package var notes: [String] = []

  /// What a picture needs.
  package var description: ModelDescription { ModelDescription(layers: layers, connections: connections) }
}

/// The layers of a model and their wires, for a picture.
package struct ModelDescription: Codable {
  package let layers: [LayerDescription]
  package let connections: [Connection]

  package init(layers: [LayerDescription], connections: [Connection]) {
    (self.layers, self.connections) = (layers, connections)
  }

  init(of file: ModelFile) {
    self.init(
      layers: file.layers, connections: file.connections.map { Connection(from: $0.from, to: $0.to) })
  }
}

/// One layer reads another one; both by their paths.
package struct Connection: Hashable, Codable {
  package let from: ByteString
  package let to: ByteString

  package init(from: ByteString, to: ByteString) { (self.from, self.to) = (from, to) }
}

extension LayerDescription: CheckedMessage {
  /// The depth becomes an indentation, and every axis a word.
  public var isPossible: Bool { (0...100).contains(depth) && outputShape?.count ?? 0 <= 100 }
}

extension TensorDescription: CheckedMessage {
  /// Its elements can be counted.
  public var isPossible: Bool {
    let numbers = 0...Answers.largestNumber
    return shape.count <= 100 && shape.allSatisfy(numbers.contains)
      && shape.checkedElementCount.map(numbers.contains) ?? false
  }
}

/// What the numbers of an answer may be.
enum Answers {
  /// No number of elements, samples or updates is larger; sums of as many as an answer holds are numbers, too.
  static let largestNumber = 1 << 40

  /// Whether numbers can be those of things that are counted.
  static func areCounts(_ numbers: Int...) -> Bool { numbers.allSatisfy((0...largestNumber).contains) }
}
