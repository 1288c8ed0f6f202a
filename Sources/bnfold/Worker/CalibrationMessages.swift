import BatchNormFolding
import Calibration
import Supervision
import Tensor

extension CalibrationAnswer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    summary = try reader.take()
    report = try reader.take()
    batches = try reader.take()
    samples = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(summary, report, batches, samples) }
}

extension CalibrationReport: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      layers: try reader.take(), kept: try reader.take(), passes: try reader.take(), trace: try reader.take())
  }

  public func write(to writer: inout MessageWriter) { writer.put(layers, kept, passes, trace) }
}

extension CalibrationReport.KeptLayer: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(layer: try reader.take(), reason: try reader.take(), isUnwanted: try reader.take())
  }

  public func write(to writer: inout MessageWriter) { writer.put(layer, reason, isUnwanted) }
}

extension CalibratedLayer: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      address: try reader.take(), layer: try reader.take(), epsilon: try reader.take(),
      old: try reader.take(),
      new: try reader.take(), valueCount: try reader.take())
    guard old.channels == new.channels else { throw MessageError() }
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(address, layer, epsilon, old, new, valueCount)
  }
}

extension LayerStatistics: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(address: try reader.take(), statistics: try reader.take())
  }

  public func write(to writer: inout MessageWriter) { writer.put(address, statistics) }
}

extension LayerAddress: Message {
  public init(from reader: inout MessageReader) throws(MessageError) { self.init(try reader.take()) }
  public func write(to writer: inout MessageWriter) { writer.put(indices) }
}

extension ChannelStatistics: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    let mean: [Double] = try reader.take()
    let variance: [Double] = try reader.take()
    guard mean.count == variance.count else { throw MessageError() }
    self.init(mean: mean, variance: variance)
  }

  public func write(to writer: inout MessageWriter) { writer.put(mean, variance) }
}

extension ConvergenceTrace: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      layer: try reader.take(), valuesOfABatch: try reader.take(), updates: try reader.take(),
      curves: try reader.take())
    let count = updates.count
    guard count > 0, curves.allSatisfy({ $0.varianceRatio.count == count && $0.meanError.count == count })
    else {
      throw MessageError()
    }
  }

  public func write(to writer: inout MessageWriter) { writer.put(layer, valuesOfABatch, updates, curves) }
}

extension ConvergenceTrace.Curve: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    guard let estimate = ConvergenceTrace.Estimate(rawValue: try reader.take()) else { throw MessageError() }
    self.init(estimate: estimate, varianceRatio: try reader.take(), meanError: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(estimate.rawValue, varianceRatio, meanError)
  }
}

extension CalibrationOptions: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    let (method, convention): (ByteString, ByteString) = (try reader.take(), try reader.take())
    guard let method = EstimationMethod(rawValue: method.description),
      let convention = MomentumConvention(rawValue: convention.description)
    else { throw MessageError() }
    let momentum: Double? = try reader.take()
    let layers: [ByteString]? = try reader.take()
    let isSequential: Bool = try reader.take()
    let type: ElementType = try reader.take()
    let watches: Bool = try reader.take()
    let watched: ByteString? = try reader.take()
    self.init(
      method: method, momentum: momentum, convention: convention, layers: layers?.map { LayerPattern($0) },
      isSequential: isSequential, elementType: type,
      watched: watches ? watched.map { .named($0) } ?? .first : nil)
  }

  public func write(to writer: inout MessageWriter) {
    var name: ByteString?
    if case .named(let layer)? = watched { name = layer }
    writer.put(ByteString(method.rawValue), ByteString(convention.rawValue), momentum)
    writer.put(layers?.map(\.text), isSequential, elementType, watched != nil, name)
  }
}

extension BatchOptions: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      size: try reader.take(), limit: try reader.take(), shuffles: try reader.take(), seed: try reader.take())
    guard (1...largestAxis).contains(size), limit ?? 1 > 0 else { throw MessageError() }
  }

  public func write(to writer: inout MessageWriter) { writer.put(size, limit, shuffles, seed) }
}
