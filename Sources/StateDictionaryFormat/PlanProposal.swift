import Bytes
import Elements
import LosslessJSON
import ModelGraph

/// Proposes what to fold in a file that has weights but no graph.
public struct PlanProposal: Sendable {
  public let plan: WeightPlan

  /// Proposes a plan.
  ///
  /// - Parameters:
  ///   - dictionary: the weights.
  ///   - configuration: the text of the `config.json` beside them; nil if there is none.
  ///   - outcome: what becomes of the batch normalizations.
  public init(
    for dictionary: StateDictionary, configuration: [UInt8]? = nil, outcome: PlannedFold.Outcome = .remove
  ) {
    if let dotted = dictionary.dotted {
      plan = Self.plan(for: dotted, configuration: configuration, outcome: outcome).slashed
    } else {
      plan = Self.plan(for: dictionary, configuration: configuration, outcome: outcome)
    }
  }

  private static func plan(
    for dictionary: StateDictionary, configuration: [UInt8]?, outcome: PlannedFold.Outcome
  ) -> WeightPlan {
    var refuted: [String] = []
    let root = configuration.flatMap { try? JSONDocument(parsing: $0).root }
    for prefix in WrapperPrefix.all(of: dictionary) {
      let part = dictionary.below(prefix)
      for family in ModelFamily.all where family.signature(part) {
        if let problem = refutation(of: family, part) {
          refuted.append("it has the names of \(family.name), but \(problem)")
          continue
        }
        let known =
          family.epsilon
          ?? root.flatMap(family.configuredEpsilon).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        let epsilon = WrapperPrefix.isOfDetector(prefix) && part.hasFrozenNormalizations ? nil : known
        let isAll = part.arrays.count == dictionary.arrays.count
        return plan(by: family, part, epsilon: epsilon, outcome: outcome, isAll: isAll)
          .prefixed(by: prefix).leavingOpen(the: dictionary.batchNormalizations, outside: prefix)
      }
    }
    let reason =
      refuted.isEmpty
      ? "no family of networks that bnfold knows has these names, and names alone do not tell what comes before it"
      : refuted.joined(separator: "; ")
    return WeightPlan(
      open: dictionary.batchNormalizations.map { OpenNormalization(name: $0, reason: reason) })
  }

  /// Why a file is not of a family, although it has its names: one pair that does not fit makes all of them doubtful.
  private static func refutation(of family: ModelFamily, _ dictionary: StateDictionary) -> String? {
    for name in dictionary.batchNormalizations {
      guard case .layer(let layer) = family.producer(NormalizationPlace(name), dictionary) else { continue }
      guard let kernel = dictionary[layer + ".weight"], let mean = dictionary[name + ".running_mean"] else {
        return "\(layer).weight is missing"
      }
      guard layout(of: kernel.shape).axes(shape: kernel.shape, channels: mean.shape.elementCount) != nil
      else {
        return
          "\(layer).weight has the shape \(describe(kernel.shape)) for \(mean.shape.elementCount) channels of \(name)"
      }
    }
    return nil
  }

  /// None of the families has transposed convolutions.
  private static func layout(of shape: Shape) -> KernelLayout { shape.count == 2 ? .linear : .outputFirst }

  private static func plan(
    by family: ModelFamily, _ dictionary: StateDictionary, epsilon: Double?, outcome: PlannedFold.Outcome,
    isAll: Bool
  ) -> WeightPlan {
    // What reads the network from outside is not known.
    let confidence = isAll ? family.confidence(dictionary) : .medium
    var plan = WeightPlan(family: family.name, confidence: confidence)
    for name in dictionary.batchNormalizations {
      guard name.isUTF8 else {
        plan.open.append(
          OpenNormalization(name: name, reason: "its name is not UTF-8, which a plan has to be"))
        continue
      }
      switch family.producer(NormalizationPlace(name), dictionary) {
      case .none(let reason): plan.open.append(OpenNormalization(name: name, reason: reason))
      case .layer(let layer):
        let weight = layer + ".weight"
        plan.folds.append(
          PlannedFold(
            kernel: weight, bias: layer + ".bias", layout: layout(of: dictionary[weight]?.shape ?? []),
            gamma: dictionary.existing(name + ".weight"), beta: dictionary.existing(name + ".bias"),
            mean: name + ".running_mean", variance: name + ".running_var",
            others: [dictionary.existing(name + ".num_batches_tracked")].compactMap { $0 }, epsilon: epsilon,
            outcome: outcome,
            reason:
              "\(family.name), confidence \(confidence.rawValue): \(layer) comes directly before \(name), and the shapes fit"
          ))
      }
    }
    return plan
  }
}

extension WeightPlan {
  /// The same plan with batch normalizations that are in no network of the family.
  fileprivate func leavingOpen(the all: [ByteString], outside prefix: ByteString) -> WeightPlan {
    var plan = self
    plan.open += all.filter { !$0.hasPrefix(prefix) }.map {
      OpenNormalization(name: $0, reason: "the network of the family is in \(prefix), and it is outside")
    }
    return plan
  }
}

extension StateDictionary {
  /// Whether they are of the kind that detectors freeze, whose epsilon depends on the version and on the weights.
  ///
  /// torchvision has 1e-5 since 0.7 and 0 before, and sets it to 0 for some of its weights; detectron2 has 1e-5. They count
  /// no batches. Source: torchvision/ops/misc.py `FrozenBatchNorm2d`; torchvision/models/detection/_utils.py `overwrite_eps`.
  fileprivate var hasFrozenNormalizations: Bool {
    !batchNormalizations.contains { self[$0 + ".num_batches_tracked"] != nil }
  }

  /// The name, if there is such a tensor.
  fileprivate func existing(_ name: ByteString) -> ByteString? { self[name] == nil ? nil : name }
}
