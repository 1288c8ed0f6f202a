import Bytes
import Files
import ModelFormats
import ModelGraph

/// A model of ONNX with another graph; everything that did not have to change is as it was, byte for byte.
struct EditedONNXModel: PendingFile {
  let source: ONNXSource
  let graph: Graph
  /// The file in the model's folder that takes the elements of large tensors; nil where they are in the model.
  let elementsFile: ByteString?

  var notes: [String] {
    var notes: [String] = []
    if graph.layers.count < source.graph.layers.count, source.hasTrainingConfiguration {
      notes.append("the training information was kept, and with it the weights that it names")
    }
    let training = source.model.graph.nodes.count { node in
      if case .integer(1)? = node[attribute: "training_mode"] {
        node.operatorType == "BatchNormalization"
      } else {
        false
      }
    }
    if source.limits.assumesInference, training > 0 {
      notes.append(
        "\(counted(training, "batch normalization")) with training_mode = 1 taken for inference, as was asked for"
      )
    }
    return notes
  }

  var additionalLayers: Int { (try? FoldEdit(of: source, to: graph).additionalNodes) ?? 0 }

  var hasSeparateArchitecture: Bool { false }

  private func files() throws(ModelFileError) -> ONNXFiles {
    try ONNXFiles(
      try FoldEdit(of: source, to: graph).writer, elementsFile.map { .file($0) } ?? .model, of: source)
  }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try files().write(to: descriptor, named: path)
  }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try files().writeData(to: descriptor, named: path)
  }

  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> any ModelSource {
    try self.files().readBack(files, by: self)
  }
}
