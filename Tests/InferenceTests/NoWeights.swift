import ModelGraph

/// A store for layers whose weights are not stored.
struct NoWeights: WeightStore {
  func bytes(ofWeight number: Int, elements: Range<Int>) -> [UInt8] {
    preconditionFailure("none is stored")
  }
}
