import Bytes
import Elements

/// Whether a plan speaks of tensors that there are, and of none for two purposes.
struct PlanCheck {
  private let plan: WeightPlan
  private let dictionary: StateDictionary

  init(_ plan: WeightPlan, _ dictionary: StateDictionary) {
    self.plan = plan
    self.dictionary = dictionary
  }

  /// - Throws: `PlanMismatch` with the first tensor that is missing or used twice.
  func checkNames() throws(PlanMismatch) {
    var used: Set<ByteString> = []
    for fold in plan.folds {
      for name in [fold.kernel] + fold.normalizationNames where dictionary[name] == nil {
        throw PlanMismatch(.noTensor, of: name)
      }
      for name in [fold.kernel, fold.bias] + fold.normalizationNames where !used.insert(name).inserted {
        throw PlanMismatch(.usedTwice, of: name)
      }
      let channels = dictionary[fold.mean]?.shape.elementCount ?? 0
      for name in [fold.variance, fold.bias] + [fold.gamma, fold.beta].compactMap({ $0 }) {
        guard let tensor = dictionary[name], tensor.shape.elementCount != channels else { continue }
        throw PlanMismatch(.elementCount(tensor.shape.elementCount, channels: channels), of: name)
      }
    }
  }
}
