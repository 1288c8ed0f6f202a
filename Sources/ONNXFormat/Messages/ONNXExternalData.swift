import Bytes
import Files
import ModelFormats

/// The other files of a model, opened, by their names in it.
public struct ONNXExternalData: Sendable {
  private let files: [ByteString: InputFile]

  public init(files: [ByteString: InputFile] = [:]) { self.files = files }

  /// The files of a model in the order of `ONNXModel.externalFiles`.
  public init(_ files: [InputFile], of model: ONNXModel) {
    self.files = Dictionary(zip(model.externalFiles, files)) { first, _ in first }
  }

  /// Checks that every range of a model lies in its file.
  ///
  /// - Throws: `ModelFileError` where one does not, or where its file was not opened.
  public func check(_ model: ONNXModel) throws(ModelFileError) {
    for tensor in model.tensors {
      guard let range = tensor.external else { continue }
      do throws(ONNXRule) {
        _ = try file(of: range)
      } catch {
        throw ModelFileError(error, file: model.path, place: "the tensor \(tensor.name)")
      }
    }
  }

  /// The file that a range lies in.
  func file(of range: ONNXExternalRange) throws(ONNXRule) -> InputFile {
    guard let file = files[range.location] else { throw .notOpened(location: range.location) }
    guard range.bytes.upperBound <= file.byteCount else {
      throw .externalRange(range.bytes, fileBytes: file.byteCount)
    }
    return file
  }
}
