import Files
import HDF5
import LosslessJSON
import Tensor

/// Why a model file cannot be read or written.
public struct ModelFileError: Error, Sendable {
  /// The broken rule.
  public enum Rule: Sendable {
    /// The container is damaged or unreadable.
    case container(HDF5Error)
    /// The file has no `model_config`, so that there is no architecture.
    case noArchitecture
    /// `model_config` is not JSON.
    case notJSON(JSONError)
    /// Keras 1: its files do not say which way kernels are stored.
    case keras1(version: ByteString)
    /// The architecture breaks a rule of Keras's format.
    case architecture(String)
    /// The saved weights do not fit the architecture.
    case weights(String)
  }

  public let rule: Rule
  /// The path of the file.
  public let file: String
  /// The place in it, such as a layer's name; empty for the whole file.
  public let place: String

  public init(_ rule: Rule, file: String, place: String = "") {
    self.rule = rule
    self.file = file
    self.place = place
  }
}

extension ModelFileError {
  /// The file cannot be read at all.
  public init(_ error: FileError) {
    self.init(.container(HDF5Error(.file(error.rule), at: "/")), file: error.path)
  }

  /// The operating system's error number, where it is the system that refused.
  public var systemError: Int32? {
    if case .container(let error) = rule, case .file(.system(let code, _)) = error.rule { return code }
    return nil
  }

  /// Whether writing failed rather than reading.
  public var isWriteFailure: Bool {
    if case .container(let error) = rule { error.isWriteFailure } else { false }
  }
}

extension ModelFileError: CustomStringConvertible {
  public var description: String {
    let location = place.isEmpty ? ByteString(file).description : "\(ByteString(file)): \(place)"
    return "\(location): \(rule)"
  }
}

extension ModelFileError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .container(let error): error.description
    case .noArchitecture:
      """
      the file has no model_config, so there is no architecture to fold; \
      save the whole model (model.save), not only its weights
      """
    case .notJSON(let error): "model_config is not valid JSON: \(error)"
    case .keras1(let version):
      """
      the file was written by Keras \(version.isEmpty ? "1" : version.description), whose files do not say \
      whether kernels are stored flipped (Theano) or not (TensorFlow); \
      load and save it with Keras 2 first
      """
    case .architecture(let what): what
    case .weights(let what): what
    }
  }
}

/// A broken rule inside an architecture, before the file's name is known.
struct ArchitectureError: Error {
  let what: String
  let place: String

  init(_ what: String, at place: String = "model_config") {
    self.what = what
    self.place = place
  }
}
