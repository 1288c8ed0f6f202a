import Bytes

/// What running both models on the same inputs shows; it is no verdict.
public enum RunOutcome: Sendable, Codable {
  /// They were not run, with the reason.
  case notRun(String)
  case run([OutputRun])

  /// What rounding explains between tensors inside of both models, relative to the largest channel.
  var roundingOfTensors: Double {
    guard case .run(let outputs) = self else { return 1e-5 }
    let largest = outputs.map(\.ownRounding).filter(\.isFinite).max() ?? 0
    return max(1e-5, min(8 * largest, 1e-3))
  }

  /// Whether both models were run.
  public var isRun: Bool { if case .run = self { true } else { false } }
}

/// One output of both models for the same inputs.
public struct OutputRun: Sendable, Equatable, Codable {
  /// Which output, from 0.
  public let output: Int
  /// The name of the output: the model's own, or its layer's.
  public let name: ByteString
  /// What the inputs were, in words.
  public let inputs: String
  /// Whether the values before the final activation were compared, which hides differences where it saturates.
  public let isBeforeActivation: Bool
  /// The largest difference in float32, relative to the largest value of the original's output.
  public let difference: Double
  /// How far the original's own result in float32 is from that in float64, relative to the same.
  ///
  /// Where much depends on it, also that of weights with another rounding: the largest of all.
  public private(set) var ownRounding: Double
  /// The largest difference in float64 with the folded weights before they were rounded; nil where they are not known.
  public let exactDifference: Double?
  /// How many values of the original are NaN or infinite, which are at no distance from the same of the folded model.
  public let nonFiniteCount: Int
  /// Why these values show nothing, such as `they are all zero`; nil where they do.
  public let emptiness: String?

  func withRounding(atLeast rounding: Double) -> OutputRun {
    var result = self
    result.ownRounding = max(ownRounding, rounding)
    return result
  }
}

extension [OutputRun] {
  /// The first result so different that no rounding of equal models explains it.
  ///
  /// The original's own rounding says how much the network amplifies rounding; where it does so, nothing can be told.
  var grosslyDifferent: OutputRun? {
    guard largestRounding < 1e-4 else { return nil }
    return first { $0.emptiness == nil && !($0.ownRounding >= 1e-4) && !($0.difference < 0.5) }
  }

  /// The first result for which the algebra of the proof and the values contradict each other.
  ///
  /// In float64 both are apart by rounding alone, which the network amplifies by as much as its rounding in float32. Where
  /// that is more than a hundredth of the values, nothing can be told.
  var contradiction: OutputRun? {
    let rounding = largestRounding
    guard rounding < 0.01 else { return nil }
    return first { run in
      guard run.emptiness == nil, run.ownRounding < 0.01, let exact = run.exactDifference else {
        return false
      }
      return !(exact <= Swift.max(1e-9, rounding * 0x1p-19))
    }
  }

  /// How much the network amplifies rounding, on whichever of its inputs; what overflows says nothing of that.
  private var largestRounding: Double {
    lazy.filter { $0.emptiness == nil && $0.ownRounding.isFinite }.map(\.ownRounding).max() ?? 0
  }
}

/// A proof that running the models contradicts: a fault of bnfold.
public struct ContradictedProof: Error, CustomStringConvertible {
  public let run: OutputRun

  public var description: String {
    """
    this is a fault of bnfold, please report it: the models were proven to be equal, and differ by \
    \(run.exactDifference ?? .nan) in float64 at output \(run.name) for inputs \(run.inputs)
    """
  }
}
