import Bytes
import Equivalence
import ModelFormats
import ModelGraph
import StateDictionaryFormat

extension ModelFile {
  /// Proves that a folded file computes the same as this one, or finds what differs, and runs both.
  ///
  /// It may come from bnfold or from any other tool, and one of both may be a model of Keras, the other one of ONNX.
  ///
  /// - Parameters:
  ///   - folded: the file after folding.
  ///   - inputs: what both are run on.
  ///   - pairs: inputs and outputs of models of different kinds that belong together, whatever they are called.
  ///   - runs: whether they are run at all.
  /// - Throws: `ModelFileError` where weights cannot be read, `ContradictedProof` where values contradict the proof.
  public func verify(
    _ folded: ModelFile, inputs: RunInputs = .random(seed: 0), pairs: [NamedPair] = [], runs: Bool = true
  ) throws -> EquivalenceReport {
    if let difference = source.assetDifference(from: folded.source) {
      return EquivalenceReport(
        verdict: .different, differences: [Difference(asset: difference)],
        extent: ProofExtent(calls: 0, weights: 0), unroundedLayers: [],
        runs: .notRun("the files differ beside their layers"),
        subnormalWeights: SubnormalWeights(count: 0, layers: []))
    }
    return try EquivalenceCheck(
      original: model, folded: folded.model, trustsCarriedWeights: try isIdentical(to: folded), pairs: pairs
    ).report(inputs: inputs, runs: runs)
  }

  /// Whether another file has the same architecture, to the letter, and the same arrays, bit for bit.
  private func isIdentical(to other: ModelFile) throws -> Bool {
    guard source.hasSameArchitecture(as: other.source) else { return false }
    return try AnyModelFile.model(self).difference(to: .model(other)).isEmpty
  }
}

extension WeightsFile {
  /// Proves by a plan that folded weights compute the same as these, or finds what differs.
  ///
  /// - Throws: `ModelFileError` where the plan does not fit or weights cannot be read.
  public func verify(_ folded: WeightsFile, plan: WeightPlan) throws -> EquivalenceReport {
    try source.verify(folded.source, plan: plan)
  }
}

extension Difference {
  /// A file in an archive, such as a vocabulary, that layers use.
  fileprivate init(asset name: ByteString) {
    self.init(
      layer: "", subject: "the file \(name) in the archive", place: nil, expected: "that of the original",
      found: "another", ulps: nil, count: 1, isDifference: true)
  }
}
