import BatchNormFolding
import Equivalence
import Supervision
import Tensor

extension EquivalenceReport: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    guard let verdict = Verdict(rawValue: try reader.take()) else { throw MessageError() }
    self.init(
      verdict: verdict, differences: try reader.take(),
      extent: ProofExtent(
        calls: try reader.take(), weights: try reader.take(), carriedWeights: try reader.take(),
        hasFloat64: try reader.take()),
      unroundedLayers: try reader.take(), runs: try reader.take(),
      subnormalWeights: SubnormalWeights(count: try reader.take(), layers: try reader.take()),
      isReversed: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(
      verdict.rawValue, differences, extent.calls, extent.weights, extent.carriedWeights, extent.hasFloat64)
    writer.put(unroundedLayers, runs, subnormalWeights.count, subnormalWeights.layers, isReversed)
  }
}

extension Difference: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      layer: try reader.take(), subject: try reader.take(), place: try reader.take(),
      expected: try reader.take(), found: try reader.take(), ulps: try reader.take(),
      count: try reader.take(),
      isDifference: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(layer, subject, place, expected, found, ulps, count, isDifference)
  }
}

extension RunOutcome: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    switch try reader.take(Int.self) {
    case 0: self = .run(try reader.take())
    case 1: self = .notRun(try reader.take())
    default: throw MessageError()
    }
  }

  public func write(to writer: inout MessageWriter) {
    switch self {
    case .run(let outputs): writer.put(0, outputs)
    case .notRun(let why): writer.put(1, why)
    }
  }
}

extension OutputRun: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      output: try reader.take(), inputs: try reader.take(), isBeforeActivation: try reader.take(),
      difference: try reader.take(), ownRounding: try reader.take(), exactDifference: try reader.take(),
      emptiness: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(output, inputs, isBeforeActivation, difference, ownRounding, exactDifference, emptiness)
  }
}
