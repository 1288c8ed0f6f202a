import Files
import ModelFormats
import ModelGraph

/// A model of Keras with another graph, in the format in which it was read.
struct EditedModel: PendingFile {
  let model: KerasModel
  let graph: Graph

  var notes: [String] {
    guard graph.layerCount < model.graph.layerCount else { return model.notes }
    var notes = model.notes
    if model.hasOptimizerState {
      notes.append("the optimizer's state was left out; it belongs to the unfolded weights")
    }
    if model.hasTrainingConfiguration { notes.append("the training configuration was kept") }
    return notes + renamedOutputs
  }

  /// Keras names an output after its layer: folding the layer that gives an output renames it.
  private var renamedOutputs: [String] {
    let before = model.graph
    guard before.outputNames.isEmpty else { return [] }
    let consequence =
      model.hasTrainingConfiguration
      ? "; losses and metrics that the training configuration gives by that name do not find it" : ""
    return zip(before.outputs, graph.outputs).compactMap { old, new in
      let oldName = before.layers[before.calls[old.call].layer].name
      let newName = graph.layers[graph.calls[new.call].layer].name
      return oldName == newName
        ? nil
        : "Keras calls the output \(oldName) by the name of its layer, which is now \(newName)\(consequence)"
    }
  }

  var hasSeparateArchitecture: Bool { model.hasSeparateArchitecture }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try model.write(graph, to: descriptor, named: path)
  }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try write(text: model.architectureText(for: graph), to: descriptor, named: path)
  }

  /// Where nothing was folded, the architecture that was read still holds.
  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> any ModelSource {
    let written = try opening(files[0]) { () throws(ModelFileError) in
      files.count > 1 || !hasSeparateArchitecture
        ? try KerasModel(
          reading: ModelInput(model: files[0], companion: files.dropFirst().first), scratch: scratch,
          limits: model.limits)
        : try KerasModel(reading: files[0], like: model, scratch: scratch, limits: model.limits)
    }
    if let difference = try model.difference(of: written, from: graph) {
      throw OutputError(.doesNotReadBack(difference), path: files[0].path)
    }
    return written
  }
}
