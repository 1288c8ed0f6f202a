import Inference
import ModelGraph

/// What models are run on.
public enum RunInputs: Sendable {
  /// Random numbers; the same seed gives the same ones.
  case random(seed: UInt64)
  /// Arrays of the user's, one for each input.
  case given([DenseArray<Double>])

  /// Inputs for one run, made of samples of several kinds.
  struct Batch: Sendable {
    /// What the samples are, in words, for each kind; as many of each, one kind after the other.
    let names: [String]
    fileprivate let source: Source

    /// The samples of the first kind alone.
    var first: Batch {
      guard case .random(let seed, let ranges) = source else { return self }
      return Batch(names: [names[0]], source: .random(seed: seed, [ranges[0]]))
    }
  }

  fileprivate enum Source: Sendable {
    case random(seed: UInt64, [ClosedRange<Double>])
    case given([DenseArray<Double>])
  }

  /// Inputs that say something of a model.
  func batch(for model: Model) -> Batch {
    switch self {
    case .given(let arrays): return Batch(names: ["from the given files"], source: .given(arrays))
    case .random(let seed):
      let ranges: [ClosedRange<Double>] = model.inputRange.map { [$0] } ?? [-1...1, 0...255]
      return Batch(
        names: ranges.map { "between \(brief($0.lowerBound)) and \(brief($0.upperBound))" },
        source: .random(seed: seed, ranges))
    }
  }
}

extension RunInputs.Batch {
  /// - Throws: `EvaluationError` where the shape of an input is not known.
  func arrays<Scalar: InferenceScalar>(for graph: Graph, _ size: InputSize) throws -> [DenseArray<Scalar>] {
    switch source {
    case .random(let seed, let ranges): try ModelInputs.make(for: graph, size, ranges: ranges, seed: seed)
    case .given(let arrays): arrays.map { DenseArray(shape: $0.shape, values: $0.values.map { Scalar($0) }) }
    }
  }

  /// Whether it is the user's, which has a size of its own.
  var isGiven: Bool { if case .given = source { true } else { false } }
}

/// A number without a fraction that it does not have.
private func brief(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(Float(value))"
}
