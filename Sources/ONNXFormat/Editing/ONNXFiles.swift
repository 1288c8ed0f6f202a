import Files
import ModelFormats
import Wire

/// A model that is to be written, and the file beside it with elements of its tensors.
struct ONNXFiles {
  private let source: ONNXSource
  private let model: WireWriter
  private let data: ONNXDataFile?

  /// - Parameters:
  ///   - writer: has the changes of the model.
  ///   - place: where elements go.
  ///   - source: the model before.
  /// - Throws: `ModelFileError` where the model would be too large, or cannot be read.
  init(
    _ writer: ONNXModelWriter, _ place: ONNXModelWriter.Place, of source: ONNXSource
  ) throws(ModelFileError) {
    self.source = source
    (model, data) = try writer.files(place, limits: source.limits)
  }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    do throws(WireError) {
      try model.write(to: descriptor)
    } catch {
      throw ModelFileError(.wire(error), file: path)
    }
  }

  func writeData(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try data?.write(to: descriptor, named: path)
  }

  /// Compares the files with what had to be written, byte for byte, and opens them.
  ///
  /// - Throws: `OutputError` where they are others, or what reading them throws.
  func readBack(_ files: [InputFile], by pending: some PendingFile) throws -> ONNXSource {
    let isWritten = try pending.opening(files[0]) { () throws(ModelFileError) in
      do throws(WireError) {
        return try model.isWritten(in: files[0])
      } catch {
        throw ModelFileError(.wire(error), file: files[0].path)
      }
    }
    guard isWritten else { throw OutputError(.doesNotReadBack("its bytes are others"), path: files[0].path) }
    let beside = Array(files.dropFirst())
    if let data, let file = beside.first, try !data.isWritten(in: file) {
      throw OutputError(.doesNotReadBack("its bytes are others"), path: file.path)
    }
    return try pending.opening(files[0]) { () throws(ModelFileError) in
      try ONNXSource(
        reading: ModelInput(model: files[0], parts: data == nil ? [] : beside), limits: source.limits)
    }
  }
}
