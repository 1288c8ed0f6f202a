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
  public static func isModel(_ tree: HDF5Group) -> Bool {
    tree.attributes.contains { $0.name == KerasContainer.architectureAttribute }
  }

  public static func isModel(_ archive: ZipArchive) -> Bool {
    archive.withoutFolder[KerasContainer.weightsMember] != nil
  }

  public static func isModel(_ tensors: SafetensorsFile) -> Bool { TensorModel.isUsed(in: tensors) }

  public static func open(
    _ input: ModelInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource {
    try KerasModel(reading: input, scratch: scratch, limits: limits)
  }
}

extension KerasModel: ModelSource {
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

  public func edited(_ graph: Graph) -> any PendingFile<any ModelSource> {
    EditedModel(model: self, graph: graph)
  }

  public func converted(
    to format: FileFormat, type: ElementType?, for release: ByteString?
  ) throws(ModelFileError) -> any PendingFile<ModelDifference> {
    try conversion(to: format, type: type, for: release)
  }
}
