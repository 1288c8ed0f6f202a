import Bytes

/// The formats that a model can be converted to.
public enum FileFormat: String, Sendable, CaseIterable, Codable {
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
  /// A graph of operators with its weights, in protobuf: `.onnx`.
  case onnx

  /// The format that the name of a file stands for; nil for a name that stands for none.
  public init?(path: String) {
    let endings: [(ByteString, FileFormat)] = [
      (".weights.h5", .objectWeights), (".h5", .wholeHDF5), (".hdf5", .wholeHDF5), (".keras", .archive),
      (".safetensors", .safetensors), (".onnx", .onnx),
    ]
    guard let format = endings.first(where: { ByteString(path).hasSuffix($0.0) })?.1 else { return nil }
    self = format
  }

  /// How names of files of this format end.
  package var ending: ByteString {
    switch self {
    case .wholeHDF5, .namedWeights: ".h5"
    case .archive: ".keras"
    case .objectWeights: ".weights.h5"
    case .safetensors: ".safetensors"
    case .onnx: ".onnx"
    }
  }

  /// Whether the architecture is in another file.
  public var hasSeparateArchitecture: Bool { self == .objectWeights || self == .namedWeights }

  /// Whether a model of this format may have its weights in files that it names.
  package var mayNameFiles: Bool { self == .onnx }

  /// What to say of attributes that another file does not have.
  package static func note(ofAttributes count: Int) -> [String] {
    switch count {
    case 0: []
    case 1: ["1 attribute was left out; the new file has no place for it"]
    default: ["\(count) attributes were left out; the new file has no place for them"]
    }
  }
}
