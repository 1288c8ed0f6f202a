import Bytes
import LosslessJSON

/// Networks whose code is known, so that the names of their tensors tell what is wired to what.
///
/// Names alone do not: pre-activation networks have the batch normalization before the convolution of the same number, and
/// an activation has no tensors at all. A family therefore begins with a signature that other networks do not have.
struct ModelFamily: Sendable {
  let name: String
  /// What its batch normalizations add to the variance; nil where members of the family differ.
  let epsilon: Double?
  /// Whether a file has the names of this family, and none that it cannot have.
  let signature: @Sendable (StateDictionary) -> Bool
  /// Which layer comes directly before a batch normalization.
  let producer: @Sendable (NormalizationPlace, StateDictionary) -> Producer
  /// What the configuration beside the weights says about epsilon; nil if nothing.
  var configuredEpsilon: @Sendable (JSONValue) -> Double? = { _ in nil }
  /// How sure it is that a file with the signature is of this family.
  var confidence: @Sendable (StateDictionary) -> WeightPlan.Confidence = { _ in .high }

  enum Producer {
    /// The names of its tensors begin with this.
    case layer(ByteString)
    /// Nothing that could take it in, and why.
    case none(String)

    /// What is known by name, or that nothing is.
    init(_ layer: ByteString?) {
      self = layer.map { .layer($0) } ?? .none("no rule of the family speaks of it")
    }
  }

  /// All families, in the order in which they are tried.
  static let all: [ModelFamily] =
    [resNet, res2Net, denseNet, timmEfficientNet] + yolo + numberedSequences + basicConvolutions
    + aggregation + timmBlocks + preActivation + transformers
}

/// The name of a batch normalization, in parts.
struct NormalizationPlace {
  let name: ByteString
  /// The parts before the last one.
  let parent: [ByteString]
  let last: ByteString

  init(_ name: ByteString) {
    self.name = name
    let parts = name.split(separator: UInt8(ascii: "."))
    parent = parts.dropLast()
    last = parts.last ?? ""
  }

  /// The name of something beside it.
  func sibling(_ name: ByteString) -> ByteString {
    ByteString(joining: parent + [name], separator: UInt8(ascii: "."))
  }

  /// The name of something beside its parent.
  func besideParent(_ parts: ByteString...) -> ByteString {
    ByteString(joining: parent.dropLast() + parts, separator: UInt8(ascii: "."))
  }

  /// convs.2 for bns.2; nil where this is in no list of that name.
  var convolutionOfTheSamePlace: ByteString? {
    parent.last == "bns" && number(after: "") != nil ? besideParent("convs", last) : nil
  }

  /// The number behind a prefix in its last part, such as 2 in `bn2`; nil if there is none.
  func number(after prefix: ByteString) -> Int? {
    guard last.hasPrefix(prefix) else { return nil }
    return Int(String(decoding: last.bytes.dropFirst(prefix.bytes.count), as: UTF8.self))
  }

  /// conv2 beside bn2; nil where this is no bn with a number.
  var convolutionOfTheSameNumber: ByteString? {
    number(after: "bn").map { sibling(ByteString("conv\($0)")) }
  }

  /// The layer before in a sequence; nil where this has no number in one, or is the first.
  var layerBefore: ByteString? {
    guard let number = number(after: ""), number > 0 else { return nil }
    return sibling(ByteString("\(number - 1)"))
  }
}

extension StateDictionary {
  /// Whether all these tensors are there.
  func has(_ names: [ByteString]) -> Bool { names.allSatisfy { self[$0] != nil } }

  /// Whether the second part of every name that begins with a prefix is one of these.
  func hasOnly(_ second: Set<ByteString>, below prefix: ByteString) -> Bool {
    names.allSatisfy { name in
      let parts = name.split(separator: UInt8(ascii: "."))
      return parts.first != prefix || parts.count > 1 && second.contains(parts[1])
    }
  }

  /// Whether the first part of every name is one of these.
  func hasOnly(_ first: Set<ByteString>) -> Bool {
    names.allSatisfy { name in name.split(separator: UInt8(ascii: ".")).first.map(first.contains) ?? false }
  }
}
