import Tensor

/// The formats that a model can be converted to.
public enum ModelFormat: String, Sendable, CaseIterable, Codable {
  /// Architecture and weights in one HDF5 file: `.h5`.
  case wholeHDF5 = "h5"
  /// A zip archive of Keras 3 and tf_keras: `.keras`.
  case archive = "keras"
  /// Weights by object, without an architecture: `.weights.h5`.
  case objectWeights = "weights"
  /// Weights by the names of layers, without an architecture, as Keras 2 saves them.
  case namedWeights = "named-weights"
  /// Named tensors, with the architecture in the header: `.safetensors`.
  case safetensors

  /// The format that the name of a file stands for; nil for a name that stands for none.
  public init?(path: String) {
    let endings: [(ByteString, ModelFormat)] = [
      (".weights.h5", .objectWeights), (".h5", .wholeHDF5), (".hdf5", .wholeHDF5), (".keras", .archive),
      (".safetensors", .safetensors),
    ]
    guard let format = endings.first(where: { ByteString(path).hasSuffix($0.0) })?.1 else { return nil }
    self = format
  }

  /// Whether the architecture is in another file.
  public var hasSeparateArchitecture: Bool { self == .objectWeights || self == .namedWeights }

  /// How it arranges weights; nil where it takes them as they are.
  var arrangement: WeightArrangement? {
    switch self {
    case .wholeHDF5, .namedWeights: .names
    case .archive, .objectWeights: .objects
    case .safetensors: nil
    }
  }
}

extension KerasModel {
  /// The format of the file; of a folder, that of the archive that it is written as.
  package var format: ModelFormat {
    switch container {
    case .wholeModel: .wholeHDF5
    case .archive, .folder: .archive
    case .tensors: .safetensors
    case .weights, .sharded: layout.arrangement == .objects ? .objectWeights : .namedWeights
    }
  }
}

/// How HDF5 files of Keras arrange weights.
enum WeightArrangement: Sendable {
  /// Under the names of layers, in one list for each.
  case names
  /// Under the classes of layers, an own group for each object.
  case objects
}
