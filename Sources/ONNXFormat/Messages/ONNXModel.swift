import Bytes
import Files
import ModelFormats
import Wire

/// A model: its graph, and what is needed to understand it; elements of tensors stay in the file.
public struct ONNXModel: Sendable {
  public let irVersion: Int64
  public let producerName, producerVersion: ByteString
  public let operatorSets: [ONNXOperatorSet]
  public let graph: ONNXGraph
  public let functions: [ONNXFunction]
  /// What tools have noted, but for texts too long to be kept.
  public let metadata: [(key: ByteString, value: ByteString)]
  public let hasTrainingInformation: Bool
  /// Where it was read.
  let source: WireSource
  /// The path of the file.
  let path: String
  /// Bytes of the file.
  var byteCount: Int { source.byteCount }

  /// Reads everything of a model but the elements of its tensors.
  ///
  /// - Throws: `ModelFileError`, which names the place and the broken rule.
  public init(reading file: InputFile, limits: ReadingLimits = ReadingLimits()) throws(ModelFileError) {
    try self.init(reading: .file(file), path: file.path, limits: limits)
  }

  /// Reads a model wherever it is.
  ///
  /// Source: onnx/onnx.proto, `ModelProto`.
  init(
    reading source: WireSource, path: String, limits: ReadingLimits = ReadingLimits()
  ) throws(ModelFileError) {
    let message = ONNXMessage(WireReader(source, limits: limits.wire), path: path)
    var version: Int64?
    var names: [Int: ByteString] = [:]
    var (graph, operatorSets, functions): ([WireField], [WireField], [WireField]) = ([], [], [])
    var metadata: [(key: ByteString, value: ByteString)] = []
    var hasTrainingInformation = false
    try message.forEachField { (field) throws(ModelFileError) in
      switch field.number {
      case 1: version = try message.integer(field)
      case 2, 3: names[field.number] = try message.name(field)
      case 7: graph.append(field)
      case 8: operatorSets.append(field)
      case 14:
        let entry = try message.entry(field)
        if let value = entry.value { metadata.append((entry.key, value)) }
      case 20: hasTrainingInformation = true
      case 25: functions.append(field)
      default: break
      }
    }
    guard let version else { throw message.problem(.noVersion) }
    guard !graph.isEmpty else { throw message.problem(.noGraph) }
    irVersion = version
    (producerName, producerVersion) = (names[2] ?? "", names[3] ?? "")
    (self.metadata, self.hasTrainingInformation) = (metadata, hasTrainingInformation)
    self.operatorSets = try ONNXOperatorSet.all(operatorSets, in: message)
    self.graph = try ONNXGraph(graph, in: message)
    self.functions = try functions.map { (field) throws(ModelFileError) in
      try ONNXFunction(field, in: message)
    }
    (self.source, self.path) = (source, path)
    try checkExternalRanges()
  }
}

extension ONNXModel {
  /// Whether a message that has these fields is a model, which has a version and a graph.
  ///
  /// - Parameter numbers: of its fields; nil for a damaged file.
  static func isModel(havingFields numbers: Set<Int>?) -> Bool {
    numbers.map { $0.isSuperset(of: [1, 7]) } ?? true
  }
}
