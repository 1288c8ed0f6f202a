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
  /// The nodes of each graph and the layers that they are, the outermost graph first.
  let scopes: [ONNXScope]
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
    let graphReader = try GraphReader(
      model, reader: reader, path: input.model.path, assumesInference: limits.assumesInference)
    graph = graphReader.graph
    scopes = [ONNXScope(graphReader, .graph(model.graph))] + graphReader.scopes
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
    let version = scopes[0].operatorVersion
    let opset = version.map { ByteString("opset \($0)") } ?? ""
    guard !model.producerName.isEmpty else { return opset }
    let producer = model.producerVersion.isEmpty ? "" : " " + model.producerVersion
    return opset + " by " + model.producerName + producer
  }

  public var trainingVariance: TrainingVariance { .biased }

  public var foldConstraints: [any FoldConstraint] { [] }

  public var hasSeparateArchitecture: Bool { false }

  public var hasOptimizerState: Bool { false }

  public var hasTrainingConfiguration: Bool { model.hasTrainingInformation }

  /// Weights that one number makes count as well, up to what a small file may ask for.
  public var arrayBytes: Int {
    let weights = graph.layers.lazy.flatMap { $0.variables ?? [] }.reduce(0) { sum, variable in
      let (bytes, overflow) = variable.shape.elementCount.multipliedReportingOverflow(
        by: variable.elementType.byteCount ?? 1)
      return min(sum + (overflow ? Self.mostMadeBytes : min(bytes, Self.mostMadeBytes)), Self.mostMadeBytes)
    }
    return max(model.tensors.reduce(0) { $0 + $1.byteCount }, weights)
  }

  private static let mostMadeBytes = 1 << 30

  public var trustedClassThatIsMissing: ByteString? { limits.trustedClasses.min() }

  public func verifyChecksums() throws(ModelFileError) {}

  public func mayBeNamed(like format: FileFormat) -> Bool { false }

  public func hasSameArchitecture(as other: any ModelSource) -> Bool { false }

  public func assetDifference(from other: any ModelSource) -> ByteString? { nil }

  public func edited(_ graph: Graph, elementsFile: ByteString?) -> any PendingFile<any ModelSource> {
    EditedONNXModel(source: self, graph: graph, elementsFile: elementsFile)
  }

  public func converted(
    to target: ConversionTarget
  ) throws(ModelFileError) -> any PendingFile<ModelDifference> {
    try ONNXConversion(of: self, to: target)
  }
}
