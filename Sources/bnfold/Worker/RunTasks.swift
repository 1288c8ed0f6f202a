import BatchNormFolding
import Files
import ModelFiles
import Supervision
import Tensor

/// What a worker does to run a model.
extension WorkerMain {
  func runModel(_ models: [GivenModel]) throws -> RunAnswer {
    let file = try openModel(models[0], as: "the model")
    try file.verifyChecksums()
    let given = try givenArrays(Array(models.dropFirst()))
    guard let paths = task.output, let format = task.arrayFormat, let type = task.elementType else {
      throw TaskFailure(.software, "there is nothing to write to")
    }
    port.begin("running the model", seconds: nil, memoryBytes: nil)
    let results = try ModelRun(of: file, on: given).results(in: type, ofAllLayers: task.showsLayers)
    guard format != .numPy || results.count == 1 else {
      throw TaskFailure(
        .malformed,
        "\(ByteString(file.path)): it has \(results.count) outputs, and an .npy file holds one; write .npz")
    }
    try ArrayFile.write(results, as: format, to: output(0), named: paths.model)
    return RunAnswer(
      summary: ModelSummary(of: file), outputs: results.map { .init(name: $0.name, shape: $0.shape) })
  }
}

extension WorkerMain {
  /// The arrays of files for the inputs of a model, with the names that were given.
  func givenArrays(_ files: [GivenModel]) throws -> [GivenArrays] {
    try zip(files, task.inputNames).map { model, name in
      begin("reading the inputs", model)
      let arrays = try ArrayFile(
        reading: model.input.model, scratch: model.scratch, limits: task.limits.reading)
      return GivenArrays(input: name, file: arrays)
    }
  }
}

/// What a run has computed.
struct RunAnswer {
  let summary: ModelSummary
  let outputs: [Output]

  /// A result, without its elements.
  struct Output {
    let name: ByteString
    let shape: Shape
  }
}

extension RunAnswer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    summary = try reader.take()
    outputs = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(summary, outputs) }
}

extension RunAnswer.Output: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    name = try reader.take()
    shape = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(name, shape) }
}
