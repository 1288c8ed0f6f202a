import Bytes
import Inference

/// The results of all passes on the same inputs.
struct Passes: Sendable {
  var original64: Evaluation<Double>?
  var original32: Evaluation<Float>?
  var folded32: Evaluation<Float>?
  var exact64: Evaluation<Double>?

  /// - Parameters:
  ///   - names: of the kinds of samples, of which there are as many each, one kind after the other.
  ///   - outputNames: of the original's outputs.
  func comparisons(_ names: [String], of outputNames: [ByteString]) -> [OutputRun] {
    guard let original64, let original32, let folded32 else { return [] }
    return names.indices.flatMap { kind in
      original32.outputs.indices.flatMap { output in
        [false, true].compactMap { isBefore -> OutputRun? in
          func part<Scalar>(_ evaluation: Evaluation<Scalar>?) -> ArraySlice<Scalar>? {
            evaluation?.array(output, isBefore)?.part(kind, of: names.count)
          }
          guard let before = part(original64), let own = part(original32), let after = part(folded32) else {
            return nil
          }
          return OutputRun(
            output: output, name: outputNames[output], inputs: names[kind], isBeforeActivation: isBefore,
            difference: relativeDifference(own, after), ownRounding: relativeDifference(before, own),
            exactDifference: part(exact64).map { relativeDifference(before, $0) },
            nonFiniteCount: own.count { !$0.isFinite }, emptiness: own.emptiness(beside: after))
        }
      }
    }
  }
}

extension Evaluation {
  fileprivate func array(_ output: Int, _ isBefore: Bool) -> DenseArray<Scalar>? {
    guard outputs.indices.contains(output) else { return nil }
    return isBefore ? beforeActivation[output] : outputs[output]
  }
}

extension DenseArray {
  /// The results of one kind of samples; all of them where the first axis is not that of the samples.
  fileprivate func part(_ kind: Int, of kinds: Int) -> ArraySlice<Scalar> {
    guard let samples = shape.first, samples % kinds == 0 else { return values[...] }
    let count = values.count / kinds
    return values[kind * count..<(kind + 1) * count]
  }
}

extension ArraySlice where Element: InferenceScalar {
  /// Why the values show nothing; nil where they do.
  ///
  /// - Parameter other: the values of the folded model.
  fileprivate func emptiness(beside other: Self) -> String? {
    guard let first else { return "there are none" }
    if allSatisfy({ !$0.isFinite }) { return "none of them is finite" }
    if allSatisfy({ $0 == 0 }) {
      // Whatever is beside a zero is infinitely far from it.
      return other.allSatisfy { $0 == 0 } ? "they are all zero" : nil
    }
    return count > 1 && allSatisfy { $0 == first } ? "they are all the same" : nil
  }
}

/// The largest difference relative to the largest magnitude of the first; infinite if there are not as many.
private func relativeDifference<First: InferenceScalar, Second: InferenceScalar>(
  _ left: ArraySlice<First>, _ right: ArraySlice<Second>
) -> Double {
  guard left.count == right.count else { return .infinity }
  var difference = 0.0
  var size = 0.0
  for (first, second) in zip(left, right) {
    let (first, second) = (Double(first), Double(second))
    if first.isFinite { size = max(size, abs(first)) }
    if first == second || (first.isNaN && second.isNaN) { continue }
    guard first.isFinite, second.isFinite else { return .infinity }
    difference = max(difference, abs(first - second))
  }
  return difference == 0 ? 0 : difference / size
}
