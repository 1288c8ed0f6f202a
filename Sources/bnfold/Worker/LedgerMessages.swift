import BatchNormFolding
import Folding
import Supervision

extension Ledger: Message {
  public init(from reader: inout MessageReader) throws(MessageError) { self.init(entries: try reader.take()) }
  public func write(to writer: inout MessageWriter) { writer.put(entries) }
}

extension Ledger.Entry: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(layer: try reader.take(), outcome: try reader.take())
  }
  public func write(to writer: inout MessageWriter) { writer.put(layer, outcome) }
}

extension Ledger.Outcome: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    if try reader.take(Bool.self) {
      self = .folded(
        into: try reader.take(), rule: try reader.take(), across: try reader.take(),
        compensated: try reader.take())
    } else {
      self = .kept(try reader.take(), forwards: try reader.take())
    }
  }

  public func write(to writer: inout MessageWriter) {
    switch self {
    case .folded(let into, let rule, let across, let compensated):
      writer.put(true, into, rule, across, compensated)
    case .kept(let refusal, let forwards): writer.put(false, refusal, forwards)
    }
  }
}

extension Refusal: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    guard let code = Code(rawValue: try reader.take()) else { throw MessageError() }
    self.init(code, try reader.take())
  }
  public func write(to writer: inout MessageWriter) { writer.put(code.rawValue, reason) }
}

extension LayerDescription: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      path: try reader.take(), name: try reader.take(), depth: try reader.take(),
      className: try reader.take(),
      wrappedClassName: try reader.take(), outputShape: try reader.take(), parameterCount: try reader.take())
    // The depth becomes an indentation, and every axis a word.
    guard (0...100).contains(depth), outputShape?.count ?? 0 <= 100 else { throw MessageError() }
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(path, name, depth, className, wrappedClassName, outputShape, parameterCount)
  }
}
