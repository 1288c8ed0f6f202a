/// Which verdicts are good enough.
public enum Acceptance: String, Sendable, CaseIterable {
  /// Each weight that an output depends on the exact value, rounded once.
  case exact
  /// Folds that were computed in float32 as well.
  case float32
  /// Models that are not proven, too, if they agree where they were run.
  case sampled
}

extension EquivalenceReport {
  public func isAccepted(by acceptance: Acceptance) -> Bool {
    switch (verdict, acceptance) {
    case (.equal, _), (.equalWithinFloat32, .float32), (.equalWithinFloat32, .sampled): true
    case (.notProven, .sampled), (.sampled, .sampled): runs.agree
    default: false
    }
  }
}

extension RunOutcome {
  /// Whether both models gave the same wherever they were run, but for rounding, and that shows something.
  public var agree: Bool {
    guard case .run(let outputs) = self else { return false }
    return outputs.allSatisfy(\.isWithinRounding)
      && Set(outputs.map(\.output)).allSatisfy { output in
        outputs.contains { $0.output == output && $0.emptiness == nil }
      }
  }
}

extension OutputRun {
  /// Whether the difference is no more than rounding explains.
  ///
  /// Independent roundings add up like the square root of their number (Higham and Mary, "A New Approach to Probabilistic
  /// Rounding Error Analysis", 2019), and the original's own show how much the network amplifies them.
  fileprivate var isWithinRounding: Bool { difference <= max(1e-5, min(8 * ownRounding, 0.01)) }
}
