import ModelFormats

/// How HDF5 files of Keras arrange weights.
enum WeightArrangement: Sendable {
  /// Under the names of layers, in one list for each.
  case names
  /// Under the classes of layers, an own group for each object.
  case objects
}

extension FileFormat {
  /// How it arranges weights; nil where it takes them as they are.
  var arrangement: WeightArrangement? {
    switch self {
    case .wholeHDF5, .namedWeights: .names
    case .archive, .objectWeights: .objects
    case .safetensors, .onnx: nil
    }
  }
}

extension KerasModel {
  /// The format of the file; of a folder, that of the archive that it is written as.
  public var format: FileFormat {
    switch container {
    case .wholeModel: .wholeHDF5
    case .archive, .folder: .archive
    case .tensors: .safetensors
    case .weights, .sharded: layout.arrangement == .objects ? .objectWeights : .namedWeights
    }
  }
}
