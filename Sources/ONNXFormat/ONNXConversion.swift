import Comparison
import Files
import ModelFormats
import Wire

/// A model of ONNX whose elements go to another place, or stay where they are; not yet written.
struct ONNXConversion: PendingFile {
  let source: ONNXSource
  private let model: WireWriter
  private let data: ONNXDataFile?

  /// Plans what is written; a model with all its elements inside is written as it is.
  ///
  /// - Throws: `ModelFileError` for another format, type or release, or where the model would be too large.
  init(of source: ONNXSource, to target: ConversionTarget) throws(ModelFileError) {
    guard target.format == .onnx, target.release == nil else {
      throw ModelFileError(ONNXGraphRule.otherFormat, file: source.input.model.path)
    }
    guard target.type == nil else {
      throw ModelFileError(ONNXGraphRule.typesAreTheGraphs, file: source.input.model.path)
    }
    self.source = source
    let writer = ONNXModelWriter(source.model, reader: source.reader)
    (model, data) = try writer.files(
      target.elementsFile.map { .file($0) } ?? .model, limits: source.limits)
  }

  var notes: [String] { [] }

  var hasSeparateArchitecture: Bool { false }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    do throws(WireError) {
      try model.write(to: descriptor)
    } catch {
      throw ModelFileError(.wire(error), file: path)
    }
  }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try data?.write(to: descriptor, named: path)
  }

  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> ModelDifference {
    let isWritten = try opening(files[0]) { () throws(ModelFileError) in
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
    let written = try opening(files[0]) { () throws(ModelFileError) in
      try ONNXSource(
        reading: ModelInput(model: files[0], parts: data == nil ? [] : beside), limits: source.limits)
    }
    return try rounding(from: nil, expected: source.parts, found: written.parts, path: files[0].path)
  }
}
