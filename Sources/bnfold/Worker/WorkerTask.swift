import Supervision
import Tensor

/// What a worker is asked to do with the files that it is given.
struct WorkerTask {
  enum Kind: Int {
    /// One model; nothing is written.
    case inspect
    /// A model and an empty file.
    case fold
    /// A model and the file that `fold` has filled.
    case check
    /// Two models.
    case verify
    /// No file: only to see which protection the kernel offers.
    case probe
  }

  let kind: Kind
  /// The names of the files, for messages.
  var paths: [String] = []
  var limits = Limits()
  /// The seed of the random inputs.
  var seed: UInt64 = 0
  /// Whether both models are run.
  var runsModels = false
}

extension WorkerTask: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    guard let kind = Kind(rawValue: try reader.take()) else { throw MessageError() }
    self.kind = kind
    paths = try reader.take([ByteString].self).map { String(decoding: $0.bytes, as: UTF8.self) }
    limits = try reader.take()
    seed = try reader.take()
    runsModels = try reader.take()
  }

  func write(to writer: inout MessageWriter) {
    writer.put(kind.rawValue, paths.map { ByteString($0) }, limits, seed, runsModels)
  }
}
