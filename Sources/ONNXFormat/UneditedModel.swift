import Files
import ModelFormats

/// A model of ONNX with an edited graph, which is not written yet.
struct UneditedModel: PendingFile {
  let source: ONNXSource

  var notes: [String] { ["\(ONNXGraphRule.notFolded)"] }

  var hasSeparateArchitecture: Bool { false }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    throw ModelFileError(ONNXGraphRule.notFolded, file: source.input.model.path)
  }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    throw ModelFileError(ONNXGraphRule.notFolded, file: source.input.model.path)
  }

  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> any ModelSource {
    throw ModelFileError(ONNXGraphRule.notFolded, file: source.input.model.path)
  }
}
