/// What a worker may use.
public struct WorkerLimits: Sendable {
  /// Address space, in bytes.
  public var memoryBytes: Int
  /// Processor time of the whole work.
  public var totalSeconds: Int
  /// Time on the clock; the supervisor then ends the worker.
  public var deadlineSeconds: Int
  /// The size to which the worker may write a file; 0 where it writes none.
  public var writtenBytes: Int

  public init(memoryBytes: Int, totalSeconds: Int, deadlineSeconds: Int, writtenBytes: Int) {
    self.memoryBytes = memoryBytes
    self.totalSeconds = totalSeconds
    self.deadlineSeconds = deadlineSeconds
    self.writtenBytes = writtenBytes
  }

  /// Bytes of an answer.
  static let answerBytes = 32 << 20
}

extension WorkerLimits: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      memoryBytes: try reader.take(), totalSeconds: try reader.take(), deadlineSeconds: try reader.take(),
      writtenBytes: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(memoryBytes, totalSeconds, deadlineSeconds, writtenBytes)
  }
}
