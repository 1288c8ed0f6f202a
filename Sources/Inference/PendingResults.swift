import ModelGraph

/// The results of a graph's calls, each kept until its last reader has taken it.
struct PendingResults<Scalar: InferenceScalar> {
  private let graph: Graph
  /// How often each call's results are still needed; 0 for calls that no output depends on.
  private var readings: [Int]
  /// The calls that read each call's results, once for each reading; outputs of the graph as nil.
  private let readers: [[Int?]]
  private var results: [Int: Evaluation<Scalar>] = [:]

  /// Masks are left out: layers that use them are not run.
  init(of graph: Graph) {
    self.graph = graph
    var readers = [[Int?]](repeating: [], count: graph.calls.count)
    for output in graph.outputs { readers[output.call].append(nil) }
    for index in graph.calls.indices.reversed() where !readers[index].isEmpty {
      for reference in graph.calls[index].inputs { readers[reference.call].append(index) }
    }
    self.readers = readers
    readings = readers.map(\.count)
  }

  /// Whether a call has to be run.
  func isMissing(_ call: Int) -> Bool { readings[call] > 0 && results[call] == nil }

  func isOutput(_ call: Int) -> Bool { readers[call].contains(nil) }

  /// The call that reads a call's results, if it is one, once, and no output of the graph.
  func onlyReader(of call: Int) -> Int? { readers[call].count == 1 ? readers[call][0] : nil }

  mutating func store(_ result: Evaluation<Scalar>, of call: Int) { results[call] = result }

  /// The values, if all of them are there.
  func peek(_ references: [TensorReference]) -> [TensorValue<Scalar>]? {
    let values = references.compactMap { reference -> TensorValue<Scalar>? in
      guard let result = results[reference.call], reference.output < result.values.count else { return nil }
      return result.values[reference.output]
    }
    return values.count == references.count ? values : nil
  }

  /// The values that a layer reads, which are let go where it is the last reader.
  ///
  /// - Parameter fused: a call that runs together with the layer and whose result there never is.
  /// - Throws: `EvaluationError` where one is not there.
  mutating func take(
    _ references: [TensorReference], for layer: Layer, except fused: Int? = nil
  ) throws -> [TensorValue<Scalar>] {
    guard let values = peek(references.filter { $0.call != fused }) else {
      throw EvaluationError(.notRun("its input is not there"), layer: layer.name)
    }
    for reference in references {
      readings[reference.call] -= 1
      if readings[reference.call] == 0 { results[reference.call] = nil }
    }
    return values
  }

  /// The outputs of the graph.
  ///
  /// - Throws: `EvaluationError` where one is not there.
  func outputs() throws -> Evaluation<Scalar> {
    var outputs = Evaluation<Scalar>([])
    for reference in graph.outputs {
      guard let result = results[reference.call], reference.output < result.values.count else {
        throw EvaluationError(.notRun("an output is not there"), layer: graph.name)
      }
      outputs.values.append(result.values[reference.output])
      outputs.beforeActivation.append(result.beforeActivation[reference.output])
    }
    return outputs
  }
}
