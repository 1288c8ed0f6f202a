import BatchNormFolding
import Bytes
import ModelFormats

/// What crosses to a worker: a job, and what the descriptors are that come with it.
struct Assignment: Codable {
  /// The name of the job.
  let name: String
  /// The job itself.
  let request: ByteString
  let limits: Limits
  /// What is read, for messages and for the order of the descriptors.
  let models: [ModelPaths]
  /// What is written.
  let output: ModelPaths?
  /// Whether there is a scratch file for each model, the last of the descriptors.
  let hasScratch: Bool
}

/// The names of the files that a model is in.
package struct ModelPaths: Equatable, Codable {
  private var form = ModelInput.Form.single
  /// The whole model, or its weights.
  package var model: String { Self.path(modelBytes) }
  /// What is read with it: its architecture, where that is in a file of its own, a plan, or a configuration.
  package var companion: String? { companionBytes.map(Self.path) }
  /// The other files of a folder, or shards.
  var parts: [String] { partBytes.map(Self.path) }
  // As bytes, since text is made safe for a terminal on its way.
  private let modelBytes: ByteString
  private let companionBytes: ByteString?
  private var partBytes: [ByteString] = []

  package init(model: String, companion: String? = nil) {
    modelBytes = ByteString(model)
    companionBytes = companion.map { ByteString($0) }
  }

  init(of input: ModelInput) {
    self.init(model: input.model.path, companion: input.companion?.path)
    form = input.form
    partBytes = input.parts.map { ByteString($0.path) }
  }

  /// In the order of the descriptors.
  package var all: [String] { [model] + (companion.map { [$0] } ?? []) + parts }

  /// The files, given in the order of their names.
  func input(_ files: [InputFile]) -> ModelInput {
    ModelInput(
      form: form, model: files[0], companion: companion == nil ? nil : files[1],
      parts: Array(files.suffix(partBytes.count)))
  }

  private static func path(_ bytes: ByteString) -> String { String(decoding: bytes.bytes, as: UTF8.self) }
}
