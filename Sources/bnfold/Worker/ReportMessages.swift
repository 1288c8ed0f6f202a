import BatchNormFolding
import Equivalence
import Supervision
import Tensor

extension EquivalenceReport: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(folds: try reader.take(), wholeModel: try reader.take())
  }
  public func write(to writer: inout MessageWriter) { writer.put(folds, wholeModel) }
}

extension FoldComparison: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      layer: try reader.take(), largestError: try reader.take(), channel: try reader.take(),
      tolerance: try reader.take(), obstacle: try reader.take(), subnormalWeights: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(layer, largestError, channel, tolerance, obstacle, subnormalWeights)
  }
}

extension WholeModelComparison: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    switch try reader.take(Int.self) {
    case 0: self = .compared(try reader.take())
    case 1: self = .notPossible(try reader.take())
    case 2: self = .different(try reader.take())
    default: throw MessageError()
    }
  }

  public func write(to writer: inout MessageWriter) {
    switch self {
    case .compared(let outputs): writer.put(0, outputs)
    case .notPossible(let why): writer.put(1, why)
    case .different(let how): writer.put(2, how)
    }
  }
}

extension OutputComparison: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      output: try reader.take(), arithmetic: try reader.take(Bool.self) ? .float64 : .float32,
      isBeforeActivation: try reader.take(), relativeError: try reader.take(), tolerance: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(output, arithmetic == .float64, isBeforeActivation, relativeError, tolerance)
  }
}
