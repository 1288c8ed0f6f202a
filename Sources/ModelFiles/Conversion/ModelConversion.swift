import Arrays
import Files
import HDF5
import LosslessJSON
import ModelGraph
import Safetensors
import Tensor
import Zip

/// A model in another format, or with weights of another type; not yet written.
public struct ModelConversion: Sendable {
  public let format: ModelFormat
  /// What weights that are floating-point numbers are rounded to; nil if they stay as they are.
  public let type: ElementType?
  /// What the other format cannot hold, and what else a user should know, a sentence each.
  public let notes: [String]
  /// The text of the architecture.
  public let architecture: [UInt8]
  let model: KerasModel
  let contents: HDF5Contents
  let members: [TensorModel.Member]

  /// Writes into an empty file that is open for reading and writing.
  ///
  /// - Parameters:
  ///   - descriptor: the file.
  ///   - path: its name, for errors.
  /// - Throws: `ModelFileError` if the model is damaged or the file cannot be written.
  public func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    switch format {
    case .wholeHDF5, .objectWeights, .namedWeights:
      try model.write(contents, to: HDF5Output(descriptor: descriptor), named: path)
    case .archive:
      let text = TensorModel.Member(name: KerasContainer.architectureMember, text: ByteString(architecture))
      try model.writeArchive(contents, members: members + [text], to: descriptor, named: path)
    case .safetensors:
      let writer = try TensorModelWriter(
        contents: contents, names: try model.tensorNames(in: contents, for: model.graph),
        architecture: architecture, version: model.kerasVersion, members: members, path: model.path
      ).writer()
      try model.write(writer, to: descriptor, named: path)
    }
  }
}
