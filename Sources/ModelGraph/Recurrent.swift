/// A layer that goes through a sequence step by step and keeps a state.
///
/// Source: keras/src/layers/rnn/simple_rnn.py, gru.py and lstm.py; Hochreiter and Schmidhuber, "Long Short-Term Memory",
/// 1997; Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", 2014.
public struct Recurrent: Sendable, Hashable {
  /// What a step computes; kernels have the gates side by side.
  public enum Cell: Sendable, Hashable {
    /// h = f(x W + h U + b).
    case simple
    /// Gates z, r and the candidate; the reset is applied behind or before the product with the state.
    case gatedUnit(resetsAfter: Bool)
    /// Gates i, f, the candidate and o.
    case longShortTermMemory
  }

  public var cell: Cell
  public var units: Int
  public var usesBias: Bool
  public var activation: Activation
  /// Of the gates.
  public var recurrentActivation: Activation
  /// Whether the result of every step is given, or of the last one only.
  public var returnsSequences: Bool
  /// Whether the last states are further outputs.
  public var returnsStates: Bool
  /// Whether the last element of the sequence comes first; the results are in the order of the steps.
  public var goesBackwards: Bool

  public init(
    cell: Cell, units: Int, usesBias: Bool, activation: Activation, recurrentActivation: Activation,
    returnsSequences: Bool, returnsStates: Bool, goesBackwards: Bool
  ) {
    self.cell = cell
    self.units = units
    self.usesBias = usesBias
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.returnsSequences = returnsSequences
    self.returnsStates = returnsStates
    self.goesBackwards = goesBackwards
  }

  /// How many blocks of `units` columns the kernels have.
  public var gates: Int {
    switch cell {
    case .simple: 1
    case .gatedUnit: 3
    case .longShortTermMemory: 4
    }
  }

  /// How many arrays the state has, the result among them.
  public var stateCount: Int { cell == .longShortTermMemory ? 2 : 1 }

  /// The shape of the bias: one that resets behind the product has one for each of its two products.
  public var biasShape: [Int] {
    cell == .gatedUnit(resetsAfter: true) ? [2, gates * units] : [gates * units]
  }
}

/// Two recurrent layers that go through a sequence in opposite directions.
///
/// Source: keras/src/layers/rnn/bidirectional.py.
public struct Bidirectional: Sendable, Hashable {
  public var forward: Recurrent
  public var backward: Recurrent
  /// How both results become one; nil where both are outputs.
  public var merge: Merge?

  public init(forward: Recurrent, backward: Recurrent, merge: Merge?) {
    self.forward = forward
    self.backward = backward
    self.merge = merge
  }
}
