import Bytes
import LosslessJSON
import ModelGraph

extension LayerConfiguration {
  /// Attention over axis 1, with the rest of the axes as one.
  mutating func multiHeadAttention() throws(NotUnderstood) -> MultiHeadAttention {
    for key: ByteString in ["dropout", "query_shape", "key_shape", "value_shape"] { _ = take(key) }
    if let axes = take("attention_axes"), !axes.isNull, axes.array?.map(\.smallInteger) != [1] {
      throw NotUnderstood(.attentionAxes)
    }
    let keyDimension = try positive("key_dim")
    var outputDimension: Int?
    if let written = take("output_shape"), !written.isNull {
      outputDimension =
        written.smallInteger ?? (written.array?.count == 1 ? written.array?[0].smallInteger : nil)
      guard outputDimension.map({ $0 > 0 }) ?? false else {
        throw NotUnderstood(.outputAxes)
      }
    }
    return MultiHeadAttention(
      heads: try positive("num_heads"), keyDimension: keyDimension,
      valueDimension: try positive("value_dim", default: keyDimension),
      usesBias: try boolean("use_bias", default: true), outputDimension: outputDimension)
  }
}

extension MultiHeadAttention.Arguments {
  /// The arguments of a call.
  ///
  /// - Parameter node: a node of `inbound_nodes`.
  /// - Returns: nil where one of them is not understood, such as a mask.
  init?(_ node: JSONValue) {
    self.init()
    let named: [JSONValue.Member]
    var positional: Int
    if let arguments = node["args"]?.array {
      positional = arguments.count
      named = node["kwargs"]?.members ?? []
      guard arguments.allSatisfy({ $0["class_name"]?.string == "__keras_tensor__" }) else { return nil }
    } else {
      guard let parts = Self.onlyEntry(of: node) else { return nil }
      positional = 1
      named = parts.count > 3 ? parts[3].members ?? [] : []
    }
    guard (1...3).contains(positional) else { return nil }
    var places: [ByteString: Int] = [:]
    for (place, name) in (["query", "value", "key"] as [ByteString]).prefix(positional).enumerated() {
      places[name] = place
    }
    for member in named.sorted(by: { $0.key < $1.key }) where !member.value.isNull {
      switch member.key {
      case "query", "value", "key":
        places[member.key] = positional
        positional += 1
      case "use_causal_mask", "return_attention_scores":
        guard let truth = member.value.boolean else { return nil }
        if member.key == "use_causal_mask" { isCausal = truth } else { returnsScores = truth }
      case "training", "name": break
      default: return nil
      }
    }
    guard let query = places["query"], let value = places["value"] else { return nil }
    self.query = query
    self.value = value
    key = places["key"] ?? value
  }

  /// The query of tf_keras, with everything else by name; nil where there is more than one entry.
  private static func onlyEntry(of node: JSONValue) -> [JSONValue]? {
    guard let elements = node.array, let first = elements.first else { return nil }
    let entry = first.array == nil ? node : first
    guard first.array == nil || elements.count == 1, ReferenceSource(entry) != nil else { return nil }
    return entry.array
  }
}
