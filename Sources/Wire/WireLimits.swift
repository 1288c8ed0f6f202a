/// Limits that bound time and memory of reading messages.
public struct WireLimits: Sendable {
  /// How deep messages may be nested; protobuf's own readers stop at 100.
  public var depth = 64
  /// Fields of all messages that are looked at, packed numbers that are kept in memory included.
  public var fields = 10_000_000

  public init() {}
}
