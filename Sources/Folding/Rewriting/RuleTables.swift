import ModelGraph
import Tensor

/// The rules that put a map into the layer that makes a tensor.
enum ProducerRules {
  static func rule(for operation: Operation) -> (any FoldingRule.Type)? {
    switch operation {
    case .dense: FoldIntoDense.self
    case .convolution: FoldIntoConvolution.self
    case .einsumDense: FoldIntoEinsumDense.self
    case .batchNormalization: FoldIntoBatchNormalization.self
    case .embedding: FoldIntoEmbedding.self
    default: nil
    }
  }

  /// All names in the ledger.
  static var names: [String] {
    [FoldIntoDense.name] + FoldIntoConvolution.names
      + [FoldIntoEinsumDense.name, FoldIntoEmbedding.name, FoldIntoBatchNormalization.name]
  }

  /// The name in the ledger.
  static func name(of rule: any FoldingRule.Type, for operation: Operation) -> String {
    if case .convolution(let convolution) = operation {
      return FoldIntoConvolution.name(for: convolution.kind)
    }
    return rule.name
  }
}

/// The rules that put a map into a layer that reads a tensor.
enum ConsumerRules {
  /// All names in the ledger.
  static var names: [String] {
    [
      InputOfDense.name, InputOfConvolution.name, InputOfTransposedConvolution.name, InputOfEinsumDense.name,
      InputOfBatchNormalization.name,
    ]
  }

  static func rule(for operation: Operation) -> (any ConsumerRule.Type)? {
    switch operation {
    case .dense: InputOfDense.self
    case .convolution(let convolution):
      if case .transposed = convolution.kind {
        InputOfTransposedConvolution.self
      } else {
        InputOfConvolution.self
      }
    case .einsumDense: InputOfEinsumDense.self
    case .batchNormalization: InputOfBatchNormalization.self
    default: nil
    }
  }
}
