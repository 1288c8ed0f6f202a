/// What a worker may use.
public struct WorkerLimits: Sendable, Codable {
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
