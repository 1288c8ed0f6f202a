import ModelGraph

/// The results of a graph's calls, each kept until its last reader has taken it.
struct PendingResults<Scalar: InferenceScalar> {
  private let graph: Graph
  /// How often each call's results are still needed; 0 for calls that no output depends on.
  private var readings: [Int]
  /// The calls that read each call's results, once for each reading; outputs of the graph as nil.
  private let readers: [[Int?]]
  private var results: [Int: Evaluation<Scalar>] = [:]
  /// The calls whose result is kept with its channels last, its tensor having them at axis 1.
  private var keptChannelsLast: Set<Int> = []
  /// Results in the other order, which a reader has needed.
  private var moved: [TensorReference: TensorValue<Scalar>] = [:]
  private let sharing: WorkSharing

  /// Masks are left out: layers that use them are not run.
  init(of graph: Graph, sharing: WorkSharing) {
    self.graph = graph
    self.sharing = sharing
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

  /// - Parameter isChannelsLast: whether its array has the channels last, its tensor having them at axis 1.
  mutating func store(_ result: Evaluation<Scalar>, of call: Int, isChannelsLast: Bool = false) {
    results[call] = result
    if isChannelsLast { keptChannelsLast.insert(call) }
  }

  /// How a layer runs over channels last; nil where it is to see its inputs in the order of the tensors.
  ///
  /// - Parameters:
  ///   - inputs: what it reads.
  ///   - fused: a call that runs together with the layer, with the rank of its result, which has channels last.
  func form(of layer: Layer, reading inputs: [TensorReference], fused: (call: Int, rank: Int)? = nil)
    -> ChannelsLastForm?
  {
    guard fused != nil || !keptChannelsLast.isEmpty || layer.operation.mayBeginChannelsLast else {
      return nil
    }
    var ranks: [Int] = []
    for input in inputs {
      guard let rank = input.call == fused?.call ? fused?.rank : value(input)?.rank else { return nil }
      ranks.append(rank)
    }
    return layer.overChannelsLast(
      ranks: ranks,
      areKept: inputs.map { $0.call == fused?.call || keptChannelsLast.contains($0.call) })
  }

  private func value(_ reference: TensorReference) -> TensorValue<Scalar>? {
    guard let result = results[reference.call], reference.output < result.values.count else { return nil }
    return result.values[reference.output]
  }

  /// The values, if all of them are there.
  ///
  /// - Parameters:
  ///   - references: which ones.
  ///   - rank: that to which their tensors are broadcast, where their channels are to be last; nil for the order of the tensors.
  mutating func peek(
    _ references: [TensorReference], channelsLastOf rank: Int? = nil
  ) -> [TensorValue<Scalar>]? {
    var values: [TensorValue<Scalar>] = []
    for reference in references {
      guard let value = value(reference) else { return nil }
      let isKept = keptChannelsLast.contains(reference.call)
      guard isKept != (rank != nil) else {
        values.append(value)
        continue
      }
      let other =
        moved[reference]
        ?? (isKept
          ? value.channelsMoved(sharing: sharing)
          : value.reshaped(value.shape.padded(to: rank ?? 0)).channelsLast(sharing: sharing))
      if other.rank == value.rank { moved[reference] = other }
      values.append(other)
    }
    return values
  }

  /// The values that a layer reads, which are let go where it is the last reader.
  ///
  /// - Parameters:
  ///   - references: what it reads.
  ///   - layer: the layer.
  ///   - fused: a call that runs together with the layer and whose result there never is.
  ///   - rank: as for `peek(_:channelsLastOf:)`.
  /// - Throws: `EvaluationError` where one is not there.
  mutating func take(
    _ references: [TensorReference], for layer: Layer, except fused: Int? = nil,
    channelsLastOf rank: Int? = nil
  ) throws -> [TensorValue<Scalar>] {
    guard let values = peek(references.filter { $0.call != fused }, channelsLastOf: rank) else {
      throw EvaluationError(.notRun("its input is not there"), layer: layer.name)
    }
    for reference in references {
      readings[reference.call] -= 1
      if readings[reference.call] == 0 {
        results[reference.call] = nil
        moved[reference] = nil
      }
    }
    return values
  }

  /// The outputs of the graph.
  ///
  /// - Throws: `EvaluationError` where one is not there.
  mutating func outputs() throws -> Evaluation<Scalar> {
    var outputs = Evaluation<Scalar>([])
    for reference in graph.outputs {
      guard let values = peek([reference]), let result = results[reference.call] else {
        throw EvaluationError(.notRun("an output is not there"), layer: graph.name)
      }
      let before = result.beforeActivation[reference.output]
      outputs.values += values
      outputs.beforeActivation.append(
        keptChannelsLast.contains(reference.call)
          ? before?.channelsMoved(to: .channelsFirst, sharing: sharing) : before)
    }
    return outputs
  }
}
