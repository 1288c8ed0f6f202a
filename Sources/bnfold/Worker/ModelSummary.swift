import BatchNormFolding
import Supervision
import Tensor

/// What there is to say about a model in one line.
struct ModelSummary {
  /// The version of Keras; empty where the file does not say, nil where it is not of Keras.
  let kerasVersion: ByteString?
  /// How many layers it has, or tensors where there are no layers.
  let partCount: Int
  let parameterCount: Int

  init(of file: ModelFile) {
    kerasVersion = file.kerasVersion
    partCount = file.layerCount
    parameterCount = file.parameterCount
  }

  init(of file: WeightsFile) {
    kerasVersion = nil
    partCount = file.tensorCount
    parameterCount = file.parameterCount
  }

  init(of file: AnyModelFile) {
    switch file {
    case .model(let file): self.init(of: file)
    case .weights(let file): self.init(of: file)
    }
  }

  func line(for path: String) -> String {
    let parts =
      kerasVersion.map { version in
        "Keras \(version.isEmpty ? "(version unknown)" : version.description), \(partCount) layers"
      } ?? "\(partCount) arrays without an architecture"
    return "\(ByteString(path)): \(parts), \(grouped(parameterCount)) parameters"
  }

  /// The version for programs.
  var versionJSON: JSONOutput { kerasVersion.map { .string($0) } ?? .null }
}

extension ModelSummary: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    kerasVersion = try reader.take()
    partCount = try reader.take()
    parameterCount = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(kerasVersion, partCount, parameterCount) }
}
