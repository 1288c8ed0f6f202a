/// Scaled dot-product attention over axis 1 with several heads, between a projection of each input and of the result.
///
/// Source: Vaswani et al., "Attention Is All You Need", 2017, section 3.2;
/// keras/src/layers/attention/multi_head_attention.py.
public struct MultiHeadAttention: Sendable, Hashable {
  public var heads: Int
  /// Of each head's queries and keys.
  public var keyDimension: Int
  /// Of each head's values.
  public var valueDimension: Int
  public var usesBias: Bool
  /// The size of the result's last axis; nil for that of the query.
  public var outputDimension: Int?
  /// What the call fixes.
  public var arguments: Arguments

  /// Which input is what, and what the call asks for.
  public struct Arguments: Sendable, Hashable {
    public var query = 0
    public var value = 1
    public var key = 1
    /// Whether a position sees only those up to its own.
    public var isCausal = false
    /// Whether the weights of the positions are a second output.
    public var returnsScores = false

    public init() {}
  }

  public init(
    heads: Int, keyDimension: Int, valueDimension: Int, usesBias: Bool, outputDimension: Int?,
    arguments: Arguments = Arguments()
  ) {
    self.heads = heads
    self.keyDimension = keyDimension
    self.valueDimension = valueDimension
    self.usesBias = usesBias
    self.outputDimension = outputDimension
    self.arguments = arguments
  }
}
