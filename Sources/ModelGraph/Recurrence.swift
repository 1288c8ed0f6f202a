/// A recurrent layer whose kernels have the directions on their first axis.
///
/// Source: ONNX operator specification, RNN, GRU and LSTM; the order of the gates is that of ONNX.
public struct Recurrence: Sendable, Hashable {
  /// The cell, with one of the attributes that only it has.
  public enum Cell: Sendable, Hashable {
    case simple
    /// Whether the recurrent product is taken before the reset gate is applied.
    case gru(resetsAfterProduct: Bool)
    /// Whether the forget gate is one minus the input gate.
    case lstm(couplesInputAndForget: Bool)
  }

  public enum Direction: Sendable, Hashable { case forward, reverse, bidirectional }

  public var cell: Cell
  public var direction: Direction
  public var hiddenSize: Int
  /// Those of each direction, one after the other; as many a direction as the cell has.
  public var activations: [Activation]
  /// What gates are limited to; nil for no limit.
  public var clip: Float?
  /// Whether the batch is the first axis, rather than the time.
  public var isBatchFirst: Bool

  public init(
    cell: Cell, direction: Direction, hiddenSize: Int, activations: [Activation], clip: Float? = nil,
    isBatchFirst: Bool = false
  ) {
    self.cell = cell
    self.direction = direction
    self.hiddenSize = hiddenSize
    self.activations = activations
    self.clip = clip
    self.isBatchFirst = isBatchFirst
  }
}
