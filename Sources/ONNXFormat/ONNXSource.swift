import Arrays
import Bytes
import Comparison
import Elements
import Files
import Folding
import ModelFormats
import ModelGraph

/// A model of ONNX: its messages, its graph, and the files with its weights.
public struct ONNXSource: Sendable {
  public let graph: Graph
  let model: ONNXModel
  let input: ModelInput
  let reader: ONNXTensorReader
  let store: ConstantStore
  /// The first layer that is a node.
  let firstNode: Int
  let limits: ReadingLimits

  /// Reads everything of a model but its weights.
  ///
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  public init(reading input: ModelInput, limits: ReadingLimits) throws(ModelFileError) {
    self.input = input
    self.limits = limits
    model = try ONNXModel(reading: input.model, limits: limits)
    let external = ONNXExternalData(input.parts, of: model)
    try external.check(model)
    reader = ONNXTensorReader(model, external: external)
    let graphReader = try GraphReader(model, reader: reader, path: input.model.path)
    graph = graphReader.graph
    firstNode = graphReader.firstNode
    store = ConstantStore(graphReader.table, reader: reader)
  }
}

extension ONNXSource: WeightStore {
  public func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    try store.bytes(ofWeight: number, elements: elements)
  }

  public func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    try store.read(number, elements: elements, into: buffer)
  }
}

extension ONNXSource: ModelSource {
  public var format: FileFormat { .onnx }

  public var framework: String { "ONNX" }

  /// The version of ONNX's own operators, and who wrote the file.
  public var frameworkVersion: ByteString {
    let version = model.operatorSets.first { $0.domain.isEmpty }?.version
    let opset = version.map { ByteString("opset \($0)") } ?? ""
    guard !model.producerName.isEmpty else { return opset }
    let producer = model.producerVersion.isEmpty ? "" : " " + model.producerVersion
    return opset + " by " + model.producerName + producer
  }

  public var trainingVariance: TrainingVariance { .biased }

  public var foldConstraints: [any FoldConstraint] { [] }

  public var foldObstacle: String? { "\(ONNXGraphRule.notFolded)" }

  public var hasSeparateArchitecture: Bool { false }

  public var hasOptimizerState: Bool { false }

  public var hasTrainingConfiguration: Bool { model.hasTrainingInformation }

  public var arrayBytes: Int { model.tensors.reduce(0) { $0 + $1.byteCount } }

  public var trustedClassThatIsMissing: ByteString? { limits.trustedClasses.min() }

  public func verifyChecksums() throws(ModelFileError) {}

  public func mayBeNamed(like format: FileFormat) -> Bool { false }

  public func hasSameArchitecture(as other: any ModelSource) -> Bool { false }

  public func assetDifference(from other: any ModelSource) -> ByteString? { nil }

  public func edited(_ graph: Graph) -> any PendingFile<any ModelSource> {
    UneditedModel(source: self)
  }

  public func converted(
    to target: ConversionTarget
  ) throws(ModelFileError) -> any PendingFile<ModelDifference> {
    try ONNXConversion(of: self, to: target)
  }
}
