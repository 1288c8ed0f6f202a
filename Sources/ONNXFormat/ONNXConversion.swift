import Comparison
import Files
import ModelFormats

/// A model of ONNX whose elements go to another place, or stay where they are; not yet written.
struct ONNXConversion: PendingFile {
  let source: ONNXSource
  private let files: ONNXFiles

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
    files = try ONNXFiles(
      ONNXModelWriter(source.model, reader: source.reader),
      target.elementsFile.map { .file($0) } ?? .model, of: source)
  }

  var notes: [String] { [] }

  var hasSeparateArchitecture: Bool { false }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try files.write(to: descriptor, named: path)
  }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try files.writeData(to: descriptor, named: path)
  }

  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> ModelDifference {
    let written = try self.files.readBack(files, by: self)
    return try rounding(from: nil, expected: source.parts, found: written.parts, path: files[0].path)
  }
}
