import ArgumentParser
import Supervision
import Tensor

/// What a worker is asked to do with the files that it is given.
struct WorkerTask {
  enum Kind: Int {
    /// One model; nothing is written.
    case inspect
    /// A model and an empty file for each of its own.
    case fold
    /// A model and what `fold` has written.
    case check
    /// Two models.
    case verify
    /// No file: only to see which protection the kernel offers.
    case probe
  }

  let kind: Kind
  /// What is read, for messages and for the order of the descriptors.
  var models: [ModelPaths] = []
  /// What is written.
  var output: ModelPaths?
  /// Whether there is a scratch file for each model, the last of the descriptors.
  var hasScratch = false
  var limits = Limits()
  /// The seed of the random inputs.
  var seed: UInt64 = 0
  /// Whether both models are run.
  var runsModels = false
}

/// The names of the files that a model is in.
struct ModelPaths: Equatable {
  /// The whole model, or its weights.
  let model: String
  /// The architecture, where it is in a file of its own.
  let architecture: String?

  /// The help of the option that names an architecture.
  static let architectureHelp: ArgumentHelp =
    "The architecture of weights that have none: model.to_json(), a .keras or an .h5 file."

  /// In the order of the descriptors.
  var all: [String] { [model] + (architecture.map { [$0] } ?? []) }
}

extension WorkerTask: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    guard let kind = Kind(rawValue: try reader.take()) else { throw MessageError() }
    self.kind = kind
    models = try reader.take()
    output = try reader.take()
    hasScratch = try reader.take()
    limits = try reader.take()
    seed = try reader.take()
    runsModels = try reader.take()
  }

  func write(to writer: inout MessageWriter) {
    writer.put(kind.rawValue, models, output, hasScratch, limits, seed, runsModels)
  }
}

extension ModelPaths: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    model = try Self.path(reader.take())
    architecture = try reader.take(ByteString?.self).map(Self.path)
  }

  func write(to writer: inout MessageWriter) {
    writer.put(ByteString(model), architecture.map { ByteString($0) })
  }

  private static func path(_ bytes: ByteString) -> String { String(decoding: bytes.bytes, as: UTF8.self) }
}
