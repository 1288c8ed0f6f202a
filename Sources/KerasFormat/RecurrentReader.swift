import Bytes
import LosslessJSON
import ModelGraph

extension LayerConfiguration {
  /// LSTM, GRU and SimpleRNN; nil for another class.
  mutating func readRecurrent(_ className: ByteString) throws(NotUnderstood) -> Recurrent? {
    let cell: Recurrent.Cell
    switch className {
    case "SimpleRNN": cell = .simple
    case "GRU": cell = .gatedUnit(resetsAfter: try boolean("reset_after", default: generation == .keras3))
    case "LSTM": cell = .longShortTermMemory
    default: return nil
    }
    // What these change is training, the way to the same result, or what a mask does, which no layer is given.
    let others: [ByteString] = [
      "dropout", "recurrent_dropout", "unit_forget_bias", "unroll", "use_cudnn", "zero_output_for_mask",
    ]
    for key in others { _ = take(key) }
    let hasGates = cell != .simple
    return Recurrent(
      cell: cell, units: try positive("units"), usesBias: try boolean("use_bias", default: true),
      activation: try activation(),
      recurrentActivation: hasGates ? try activation("recurrent_activation") : .linear,
      returnsSequences: try boolean("return_sequences", default: false),
      returnsStates: try boolean("return_state", default: false),
      goesBackwards: try boolean("go_backwards", default: false))
  }

  /// A recurrent layer and one for the other direction, which older files leave out where it is the same.
  mutating func bidirectional() throws(NotUnderstood) -> Bidirectional {
    guard let written = take("layer"), let forward = try Self.inner(written, generation) else {
      throw NotUnderstood(.innerLayer)
    }
    var backward = forward
    backward.goesBackwards.toggle()
    if let written = take("backward_layer"), !written.isNull {
      guard let own = try Self.inner(written, generation) else {
        throw NotUnderstood(.innerLayer)
      }
      backward = own
    }
    let flags = ["layer", "backward_layer"].map { json[$0]?["config"]?["trainable"]?.boolean ?? true }
    guard flags[0] == flags[1], backward.returnsSequences == forward.returnsSequences,
      backward.returnsStates == forward.returnsStates, backward.goesBackwards != forward.goesBackwards
    else { throw NotUnderstood(.directions) }
    return Bidirectional(forward: forward, backward: backward, merge: try mergeMode())
  }

  private mutating func mergeMode() throws(NotUnderstood) -> Merge? {
    guard let value = take("merge_mode"), !value.isNull else { return nil }
    switch value.string {
    case "concat": return .concatenate(axis: -1)
    case "sum": return .add
    case "mul": return .multiply
    case "ave": return .average
    default: throw NotUnderstood(.attribute("merge_mode", .unknown))
    }
  }

  private static func inner(
    _ element: JSONValue, _ generation: KerasGeneration
  ) throws(NotUnderstood) -> Recurrent? {
    guard let name = element["class_name"]?.string, let json = element["config"],
      GraphReader.foreignModule(of: element) == nil
    else { return nil }
    var configuration = LayerConfiguration(json, generation: generation)
    let recurrent = try configuration.readRecurrent(name)
    if let attribute = configuration.unknownAttribute {
      throw NotUnderstood(.unknownEffect(attribute: attribute))
    }
    return recurrent
  }
}
