import Bytes
import Elements
import Equivalence
import Folding
import ModelGraph

/// Checks by a plan that a state dictionary computes the same as another one.
///
/// What is wired to what, the plan says: each layer that it names, with the batch normalization after it, has to be the same in
/// both, and everything else has to be there as it was, bit for bit.
public struct PlanVerification: Sendable {
  private let plan: WeightPlan
  private let original: StateDictionary
  private let folded: StateDictionary

  public init(of plan: WeightPlan, original: StateDictionary, folded: StateDictionary) {
    (self.plan, self.original, self.folded) = (plan, original, folded)
  }

  /// - Throws: an error of one of the files, or `PlanMismatch` where the plan does not fit the original.
  public func report() throws -> EquivalenceReport {
    try PlanCheck(plan, original).checkNames()
    var verdicts: [Verdict] = []
    var differences: [Difference] = []
    var unrounded: [ByteString] = []
    for fold in plan.folds {
      let (verdict, difference) = try self.verdict(of: fold)
      verdicts.append(verdict)
      if verdict == .equalWithinFloat32 { unrounded.append(fold.kernel) }
      if let difference { differences.append(difference) }
    }
    let others = try otherDifferences()
    if !others.isEmpty { verdicts.append(.different) }
    differences += others
    let order: [Verdict] = [.different, .notProven, .equalWithinFloat32]
    let verdict = order.first { verdicts.contains($0) } ?? .equal
    return EquivalenceReport(
      verdict: verdict, differences: differences,
      extent: ProofExtent(calls: plan.folds.count, weights: original.parameterCount),
      unroundedLayers: verdict.isEqual ? unrounded : [],
      runs: .notRun("weights alone have no graph; what is wired to what, the plan says"),
      subnormalWeights: SubnormalWeights(count: 0, layers: []))
  }

  private func verdict(of fold: PlannedFold) throws -> (Verdict, Difference?) {
    guard let epsilon = fold.epsilon else { throw PlanMismatch(.noEpsilon, of: fold.mean) }
    guard let kernel = folded[fold.kernel] else {
      return (.different, difference(fold.kernel, "tensor", "as in the original", "missing"))
    }
    let channels = original[fold.mean]?.shape.elementCount ?? 0
    guard kernel.shape == original[fold.kernel]?.shape,
      let found = fold.layout.axes(shape: kernel.shape, channels: channels)
    else {
      return (.different, difference(fold.kernel, "shape", "that of the original", describe(kernel.shape)))
    }
    // Nothing before the kernel moves, so that its input channels do not matter.
    let axes = KernelAxes(
      output: found.output, input: ChannelPlace(inner: kernel.shape.elementCount, count: 1))
    let chains = [original, folded].map { $0.chain(of: fold, epsilon: epsilon) }
    guard let before = chains[0], let after = chains[1] else { return (.notProven, nil) }
    return try ChainCheck(original: before, folded: after, axes: axes).verdict()
  }

  /// What is not as it was, although the plan says nothing of it.
  private func otherDifferences() throws -> [Difference] {
    let planned = Set(plan.folds.flatMap { [$0.kernel, $0.bias] + $0.normalizationNames })
    var differences: [Difference] = []
    for array in original.arrays where !planned.contains(array.name) {
      guard let other = folded[array.name] else {
        differences.append(difference(array.name, "tensor", "as in the original", "missing"))
        continue
      }
      guard array.shape == other.shape, array.elementType == other.elementType else {
        let kinds = [array, other].map { "\($0.elementType) \(describe($0.shape))" }
        differences.append(difference(array.name, "shape and type", kinds[0], kinds[1]))
        continue
      }
      if let element = try firstDifference(array.name, count: array.shape.elementCount) {
        differences.append(difference(array.name, "element \(element)", "that of the original", "another"))
      }
    }
    let known = Set(original.names).union(planned)
    for name in folded.names where !known.contains(name) {
      differences.append(difference(name, "tensor", "none", "a new one"))
    }
    return differences
  }

  private func difference(
    _ tensor: ByteString, _ subject: String, _ expected: String, _ found: String
  ) -> Difference {
    Difference(
      layer: tensor, subject: subject, place: nil, expected: expected, found: found, ulps: nil, count: 1,
      isDifference: true)
  }

  /// The first element of a tensor whose bits differ.
  private func firstDifference(_ name: ByteString, count: Int) throws -> Int? {
    guard let number = original.number(of: name), let other = folded.number(of: name) else { return nil }
    for block in (0..<count).blocks(of: 1 << 16) {
      let bytes = try original.bytes(ofWeight: number, elements: block)
      let found = try folded.bytes(ofWeight: other, elements: block)
      guard bytes != found else { continue }
      let byte = bytes.indices.first { bytes[$0] != found[$0] } ?? 0
      return block.lowerBound + byte * block.count / max(1, bytes.count)
    }
    return nil
  }
}

extension StateDictionary {
  /// The layer of a fold with its batch normalization, as this file has them; nil if there is no such layer.
  fileprivate func chain(of fold: PlannedFold, epsilon: Double) -> WeightedChain? {
    guard let kernel = variable(fold.kernel, .kernel) else { return nil }
    var normalization: Layer?
    if self[fold.mean] != nil {
      normalization = normalizationLayer(of: fold)
      normalization?.operation = .batchNormalization(
        BatchNormalization(axes: [-1], epsilon: epsilon, centers: true, scales: true))
    }
    return WeightedChain(
      kernel: kernel, bias: variable(fold.bias, .bias), normalization: normalization, weights: self)
  }
}
