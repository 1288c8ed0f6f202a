import Bytes
import Comparison
import Elements
import Files
import Folding
import HDF5
import ModelFormats
import ModelGraph
import Safetensors
import Zip

/// The model files of Keras: HDF5 of every generation, `.keras` archives, weights with their architecture.
public enum Keras: ModelFormat {
  public static func recognizes(_ opened: OpenedInput) -> Recognition {
    switch opened.content {
    case .hdf5(let file):
      opened.input.form == .folder || KerasContainer.hasArchitecture(file) ? .model : .weights
    case .archive(let archive):
      archive.withoutFolder[KerasContainer.weightsMember] == nil ? .incomplete : .model
    case .safetensors(let file): TensorModel.isUsed(in: file) ? .model : .foreign
    case .shards(_, let areSafetensors): areSafetensors ? .foreign : .weights
    case .protobuf: .foreign
    }
  }

  public static func open(
    _ opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource {
    try KerasModel(reading: opened, scratch: scratch, limits: limits)
  }
}

extension KerasModel: ModelSource {
  public var framework: String { "Keras" }

  public var frameworkVersion: ByteString { kerasVersion }

  public var trainingVariance: TrainingVariance { generation == .keras3 ? .biased : .unbiasedWhereFused }

  public var foldConstraints: [any FoldConstraint] {
    [generation == .keras3 ? BiasAddition.guessesTheAxis : .exactUnlessInKeras3]
  }

  public var parts: [ModelPart] { parts(roundedTo: nil) }

  public func mayBeNamed(like format: FileFormat) -> Bool {
    self.format == .wholeHDF5 && format == .archive && savesHDF5UnderAnyName
  }

  public func hasSameArchitecture(as other: any ModelSource) -> Bool {
    (other as? KerasModel).map { $0.architecture.document.text == architecture.document.text } ?? false
  }

  public func assetDifference(from other: any ModelSource) -> ByteString? {
    (other as? KerasModel).flatMap { assetDifference(from: $0) }
  }

  public func edited(_ graph: Graph, elementsFile: ByteString?) -> any PendingFile<any ModelSource> {
    EditedModel(model: self, graph: graph)
  }

  public func converted(
    to target: ConversionTarget
  ) throws(ModelFileError) -> any PendingFile<ModelDifference> {
    guard target.format != .onnx else {
      throw ModelFileError(ModelConversionRule.otherFramework, file: path)
    }
    return try conversion(to: target.format, type: target.type, for: target.release)
  }
}
