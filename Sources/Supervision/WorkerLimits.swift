/// What a worker may use.
public struct WorkerLimits: Sendable {
  /// Address space, in bytes.
  public var memoryBytes: Int
  /// Processor time of the whole work.
  public var totalSeconds: Int
  /// Time on the clock; the supervisor then ends the worker.
  public var deadlineSeconds: Int
  /// Whether the worker writes to a file.
  public var writes: Bool

  public init(memoryBytes: Int, totalSeconds: Int, deadlineSeconds: Int, writes: Bool) {
    self.memoryBytes = memoryBytes
    self.totalSeconds = totalSeconds
    self.deadlineSeconds = deadlineSeconds
    self.writes = writes
  }

  /// Bytes of an answer.
  static let answerBytes = 256 << 20
}

extension WorkerLimits: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    self.init(
      memoryBytes: try reader.take(), totalSeconds: try reader.take(), deadlineSeconds: try reader.take(),
      writes: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(memoryBytes, totalSeconds, deadlineSeconds, writes)
  }
}
