import Bytes
import Comparison
import Elements
import Folding
import ModelGraph

/// An open model file: its graph, its weights, and what is to be known when another one is made of it.
public protocol ModelSource: WeightStore {
  /// The graph; its weights stay in the file.
  var graph: Graph { get }
  /// The format of the file, in which a folded model is written.
  var format: FileFormat { get }
  /// The name of the framework that wrote the file.
  var framework: String { get }
  /// Its version; empty where it does not say.
  var frameworkVersion: ByteString { get }
  /// Which variance of a batch the framework gives to the moving variance.
  var trainingVariance: TrainingVariance { get }
  /// What the framework demands of a fold.
  var foldConstraints: [any FoldConstraint] { get }
  /// Whether the architecture is in a file of its own.
  var hasSeparateArchitecture: Bool { get }
  /// Whether there is an optimizer's state, which folding makes useless.
  var hasOptimizerState: Bool { get }
  /// Whether there is a training configuration.
  var hasTrainingConfiguration: Bool { get }
  /// Bytes of all arrays of the file, decoded.
  var arrayBytes: Int { get }
  /// The first of the trusted classes that the architecture does not have; nil where it has all of them.
  var trustedClassThatIsMissing: ByteString? { get }
  /// The layers with their weights.
  var parts: [ModelPart] { get }
  /// The arrays that are no layer's, such as an optimizer's state.
  var otherParts: [ModelPart] { get }

  /// Checks the checksums of everything that has one.
  ///
  /// - Throws: `ModelFileError` where something is damaged.
  func verifyChecksums() throws(ModelFileError)

  /// Whether a framework opens a file of this format under a name that says another one.
  func mayBeNamed(like format: FileFormat) -> Bool

  /// Whether another model has the same architecture, to the letter.
  func hasSameArchitecture(as other: any ModelSource) -> Bool

  /// The first file beside the layers, such as a vocabulary, that another model has with another content, or not at all.
  func assetDifference(from other: any ModelSource) -> ByteString?

  /// This model with an edited graph, not yet written.
  ///
  /// - Parameters:
  ///   - graph: made from `graph` by removing layers, leading references elsewhere and changing weights; its layers
  ///     know their `origin`.
  ///   - elementsFile: the name of a file in the same folder that takes the elements of large weights; nil for none.
  func edited(_ graph: Graph, elementsFile: ByteString?) -> any PendingFile<any ModelSource>

  /// This model in another format, or with weights of another type, not yet written.
  ///
  /// - Throws: `ModelFileError` where the other format cannot hold it.
  func converted(to target: ConversionTarget) throws(ModelFileError) -> any PendingFile<ModelDifference>
}
