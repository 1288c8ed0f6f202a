/// Why a proof could not be tried.
enum ProofObstacle: Error {
  case tooManyCalls
}

extension ProofObstacle: CustomStringConvertible {
  var description: String {
    switch self {
    case .tooManyCalls: "shared models call shared models, so that there are more calls than bnfold follows"
    }
  }
}
