import ModelGraph

/// The rules that put a map into the layer that makes a tensor.
enum ProducerRules {
  static func rule(for operation: Operation) -> (any FoldingRule.Type)? {
    switch operation {
    case .einsumDense: FoldIntoEinsumDense.self
    case .batchNormalization: FoldIntoBatchNormalization.self
    case .embedding: FoldIntoEmbedding.self
    default: operation.linearMap.map { _ in FoldIntoLinearLayer.self }
    }
  }

  private static var all: [any FoldingRule.Type] {
    [
      FoldIntoLinearLayer.self, FoldIntoEinsumDense.self, FoldIntoEmbedding.self,
      FoldIntoBatchNormalization.self,
    ]
  }

  /// All names in the ledger.
  static var names: [String] { all.flatMap { $0.names } }

  /// What the rule with a name does; nil where there is none.
  static func summary(of name: String) -> String? { all.lazy.compactMap { $0.summary(of: name) }.first }
}

/// The rules that put a map into a layer that reads a tensor.
enum ConsumerRules {
  static func rule(for operation: Operation) -> (any ConsumerRule.Type)? {
    switch operation {
    case .einsumDense: InputOfEinsumDense.self
    case .batchNormalization: InputOfBatchNormalization.self
    default: operation.linearMap.map { _ in InputOfLinearLayer.self }
    }
  }

  private static var all: [any ConsumerRule.Type] {
    [
      InputOfLinearLayer.self, InputOfEinsumDense.self, InputOfBatchNormalization.self,
    ]
  }

  /// All names in the ledger.
  static var names: [String] { all.flatMap { $0.names } }

  /// What the rule with a name does; nil where there is none.
  static func summary(of name: String) -> String? { all.lazy.compactMap { $0.summary(of: name) }.first }
}
