import Bytes
import Elements
import LosslessJSON
import ModelGraph

/// The attributes of a layer, of which each one must be honoured or known not to matter.
///
/// Readers take what they understand. An attribute that no reader took and that is not empty has an unknown effect,
/// and makes the layer opaque: better not folded than folded wrongly.
struct LayerConfiguration {
  let json: JSONValue
  let generation: KerasGeneration
  private var taken: Set<ByteString> = []
  /// Whether activations are read as linear, for what does not depend on them.
  var ignoresActivation = false

  /// Attributes that change training, storage or names, but not what inference computes.
  private static let withoutEffect: Set<ByteString> = [
    "name", "trainable", "dtype", "batch_input_shape", "batch_shape", "input_dtype", "input_shape",
    "input_dim",
    "input_length", "autocast", "seed", "momentum", "synchronized", "fused", "sparse", "ragged", "optional",
    "implementation", "activity_regularizer", "renorm_clipping", "renorm_momentum", "rate", "noise_shape",
    "stddev", "supports_masking", "build_config", "stateful",
  ]
  private static let suffixesWithoutEffect: [ByteString] = ["_initializer", "_regularizer", "_constraint"]

  init(_ json: JSONValue, generation: KerasGeneration) {
    self.json = json
    self.generation = generation
  }

  /// Takes an attribute; nil if it is absent.
  mutating func take(_ key: ByteString) -> JSONValue? {
    taken.insert(key)
    return json[key]
  }

  /// Takes all attributes, for a layer that does nothing whatever they say.
  mutating func takeEverything() { taken.formUnion((json.members ?? []).map(\.key)) }

  /// The first attribute that no reader took and whose value says something.
  var unknownAttribute: ByteString? {
    json.members?.first { member in
      if taken.contains(member.key) || Self.withoutEffect.contains(member.key) { return false }
      if Self.suffixesWithoutEffect.contains(where: { member.key.hasSuffix($0) }) { return false }
      return !(member.value.isNull || member.value.boolean == false)
    }?.key
  }
}

/// A layer whose attributes bnfold does not honour; it is carried as it is.
struct NotUnderstood: Error {
  /// The broken rule.
  let rule: LayerRule
  /// Whether it is no layer of that class at all, so that Keras could not make it either.
  let isMalformed: Bool

  init(_ rule: LayerRule, isMalformed: Bool = false) {
    self.rule = rule
    self.isMalformed = isMalformed
  }

  /// An attribute with a value of another kind: an object may be a way of writing that bnfold does not know yet.
  static func wrong(_ value: JSONValue, _ rule: LayerRule) -> NotUnderstood {
    NotUnderstood(rule, isMalformed: value.members == nil)
  }

  static func malformed(_ rule: LayerRule) -> NotUnderstood { NotUnderstood(rule, isMalformed: true) }
}

extension JSONValue {
  /// A number as Keras writes it.
  ///
  /// Those of NumPy are {"type": "float32", "value": x} in some releases, and in 2.12 {"class_name": "__numpy__", …}.
  var number: Double? {
    double ?? self["value"]?.double
      ?? (self["class_name"]?.string == "__numpy__" ? self["config"]?["value"]?.double : nil)
  }

  /// An integer that shapes can be computed with, without an overflow.
  var smallInteger: Int? { integer.flatMap { (-largestAxis...largestAxis).contains($0) ? $0 : nil } }
}

extension LayerConfiguration {
  mutating func integer(_ key: ByteString, default fallback: Int? = nil) throws(NotUnderstood) -> Int {
    guard let value = take(key), !value.isNull else {
      guard let fallback else { throw NotUnderstood(.attribute(key, .missing)) }
      return fallback
    }
    guard let number = value.smallInteger else {
      throw .wrong(value, .attribute(key, .notInteger))
    }
    return number
  }

  mutating func positive(_ key: ByteString, default fallback: Int? = nil) throws(NotUnderstood) -> Int {
    let number = try integer(key, default: fallback)
    guard number > 0 else { throw .malformed(.attribute(key, .notPositive)) }
    return number
  }

  mutating func number(_ key: ByteString, default fallback: Double? = nil) throws(NotUnderstood) -> Double {
    guard let value = take(key), !value.isNull else {
      guard let fallback else { throw NotUnderstood(.attribute(key, .missing)) }
      return fallback
    }
    guard let number = value.number else {
      throw .wrong(value, .attribute(key, .notNumber))
    }
    return number
  }

  mutating func boolean(_ key: ByteString, default fallback: Bool) throws(NotUnderstood) -> Bool {
    guard let value = take(key), !value.isNull else { return fallback }
    // NumPy's and Python's own arithmetic make numbers of truths.
    if let number = value.integer, (0...1).contains(number) { return number == 1 }
    guard let truth = value.boolean else { throw .wrong(value, .attribute(key, .notBoolean)) }
    return truth
  }

  mutating func text(_ key: ByteString, default fallback: ByteString) throws(NotUnderstood) -> ByteString {
    guard let value = take(key), !value.isNull else { return fallback }
    guard let text = value.string else { throw .wrong(value, .attribute(key, .notText)) }
    return text
  }

  /// One positive integer for each spatial axis; a single one stands for all.
  mutating func sizes(
    _ key: ByteString, count: Int, default fallback: [Int]? = nil
  ) throws(NotUnderstood) -> [Int] {
    guard let value = take(key), !value.isNull else {
      guard let fallback else { throw NotUnderstood(.attribute(key, .missing)) }
      return fallback
    }
    let list =
      value.array.map { $0.map(\.smallInteger) } ?? [Int?](repeating: value.smallInteger, count: count)
    let sizes = list.compactMap { $0 }
    guard sizes.count == count, list.count == count, sizes.allSatisfy({ (1...largestAxis).contains($0) })
    else {
      throw .wrong(value, .attribute(key, .notSizes(count: count)))
    }
    return sizes
  }

  mutating func dataFormat() throws(NotUnderstood) -> DataFormat {
    switch try text("data_format", default: "channels_last") {
    case "channels_last": return .channelsLast
    case "channels_first": return .channelsFirst
    case let other: throw NotUnderstood(.dataFormat(other))
    }
  }

  mutating func padding() throws(NotUnderstood) -> PaddingWord {
    switch try text("padding", default: "valid") {
    case "valid": return .valid
    case "same": return .same
    case "causal": return .causal
    case let other: throw NotUnderstood(.padding(other))
    }
  }
}
