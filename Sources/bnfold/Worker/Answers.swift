import BatchNormFolding
import Supervision
import Tensor

/// What `inspect` learns from a model, or from weights without a graph.
struct InspectionAnswer {
  let summary: ModelSummary
  let layers: [LayerDescription]
  let tensors: [TensorDescription]
  let ledger: Ledger
  let connections: [Connection]
}

/// One layer reads another one; both by their paths.
struct Connection: Hashable {
  let from: ByteString
  let to: ByteString
}

/// What `fold` learns while it writes.
struct FoldAnswer {
  let summary: ModelSummary
  let ledger: Ledger
  var notes: [String]
}

/// A task's result, or why there is none.
enum Answer<Value: Message> {
  case done(Value)
  case failed(TaskFailure)
}

extension InspectionAnswer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    summary = try reader.take()
    layers = try reader.take()
    tensors = try reader.take()
    ledger = try reader.take()
    connections = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(summary, layers, tensors, ledger, connections) }
}

extension Connection: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    from = try reader.take()
    to = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(from, to) }
}

extension FoldAnswer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    summary = try reader.take()
    ledger = try reader.take()
    notes = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(summary, ledger, notes) }
}

extension Answer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    self = try reader.take(Bool.self) ? .done(try reader.take()) : .failed(try reader.take())
  }

  func write(to writer: inout MessageWriter) {
    switch self {
    case .done(let value): writer.put(true, value)
    case .failed(let failure): writer.put(false, failure)
    }
  }
}
