import Bytes

/// Why a proof could not be tried.
enum ProofObstacle: Error {
  case tooManyCalls
  /// Layers that compute in another type than their tensors have, beside a graph of operators, which do not.
  case precision(ByteString)
}

extension ProofObstacle: CustomStringConvertible {
  var description: String {
    switch self {
    case .tooManyCalls: "shared models call shared models, so that there are more calls than bnfold follows"
    case .precision(let policy):
      "the precision policy \(policy), by which layers compute in another type than operators do"
    }
  }
}
