import Bytes
import Files
import HDF5
import LosslessJSON
import Safetensors
import Wire
import Zip

/// Why a model file cannot be read or written.
public struct ModelFileError: Error, Sendable {
  /// The broken rule.
  public enum Rule: Error, Sendable {
    /// The HDF5 file is damaged or unreadable.
    case container(HDF5Error)
    /// The archive is damaged or unreadable.
    case archive(ZipError)
    /// The safetensors file is damaged or unreadable.
    case safetensors(SafetensorsError)
    /// The messages of the file are damaged or unreadable.
    case wire(WireError)
    /// The file has weights without a graph, which are folded by a plan.
    case needsPlan
    /// It is something else than a model that bnfold reads.
    case foreign(ForeignFile)
    /// It is nothing that bnfold knows.
    case unknown
    /// A member that every `.keras` archive has is missing.
    case missingMember
    /// Compressed weights need a file for a while, and there is none.
    case noScratch
    /// The file has weights, but no architecture.
    case noArchitecture
    /// An architecture was given for a file that has its own.
    case twoArchitectures
    /// Weights were to be written without a place for their architecture, or the other way round.
    case separateArchitecture
    /// The operating system refused to write; `errno`.
    case cannotWrite(Int32)
    /// Nothing says which version of Keras wrote the architecture.
    case noVersion
    /// The file has an architecture, which tells what a plan would.
    case needsNoPlan
    /// The text of the architecture is not JSON.
    case notJSON(JSONError)
    /// Keras 1: its files do not say which way kernels are stored.
    case keras1(version: ByteString)
    /// The file breaks a rule of its kind, such as one of architectures or of plans.
    case broken(any FormatRule)
    /// The other format has an architecture, and there is none.
    case needsArchitecture(format: String)
    /// A release was named for a model whose files all releases load.
    case oneReleaseForAll
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
    switch rule {
    case .container(let error): if case .file(.system(let code, _)) = error.rule { return code }
    case .archive(let error): if case .file(.system(let code, _)) = error.rule { return code }
    case .safetensors(let error): if case .file(.system(let code, _)) = error.rule { return code }
    case .wire(let error): if case .file(.system(let code, _)) = error.rule { return code }
    default: break
    }
    return nil
  }

  /// Whether writing failed rather than reading.
  public var isWriteFailure: Bool {
    switch rule {
    case .container(let error): error.isWriteFailure
    case .archive(let error): error.isWriteFailure
    case .safetensors(let error): error.isWriteFailure
    case .wire(let error): error.isWriteFailure
    case .cannotWrite: true
    default: false
    }
  }
}

extension ModelFileError: RemediedError {
  public var remedy: Remedy? {
    switch rule {
    case .container(let error): error.remedy
    case .archive(let error): error.remedy
    case .safetensors(let error): error.remedy
    case .wire(let error): error.remedy
    case .notJSON(let error): error.remedy
    case .foreign(let file): file.remedy
    case .noArchitecture, .needsArchitecture: .giveArchitecture
    case .twoArchitectures: .omitArchitecture
    case .needsPlan: .foldByPlan
    case .oneReleaseForAll: .omitRelease
    default: nil
    }
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
    case .archive(let error): error.description
    case .safetensors(let error): error.description
    case .wire(let error): error.description
    case .needsPlan:
      "this is a safetensors file, whose weights come without a graph"
    case .needsNoPlan: "the file has its architecture, so that bnfold fold needs no plan for it"
    case .foreign(let file): file.description
    case .unknown: "bnfold does not know what this is; it reads \(ForeignFile.modelFiles)"
    case .missingMember:
      """
      the archive does not have this member, so it is not a .keras file; \
      if there is a model in it, unpack it, and give that
      """
    case .noScratch: "the weights are compressed, and there is no temporary file for them; set TMPDIR"
    case .noArchitecture:
      "the file has no architecture (model_config or config.json), only weights"
    case .needsArchitecture(let format): "a \(format) file needs an architecture"
    case .oneReleaseForAll: "all releases of Keras 3 load the same files"
    case .twoArchitectures: "the file has its own architecture"
    case .separateArchitecture:
      "an architecture that was read from a file of its own is written to one, and no other"
    case .cannotWrite(let code): writeFailureMessage(code)
    case .noVersion: "nothing says which version of Keras wrote the architecture; add keras_version to it"
    case .notJSON(let error): error.remedy == nil ? "this is not valid JSON: \(error)" : "\(error)"
    case .keras1(let version):
      """
      the file was written by Keras \(version.isEmpty ? "1" : version.description), whose files do not say \
      whether kernels are stored flipped (Theano) or not (TensorFlow); \
      load and save it with Keras 2 first
      """
    case .broken(let rule): rule.description
    }
  }
}
