import Bytes

/// Why two calls are not proven to compute the same.
struct Mismatch: Error {
  /// Folded layers, by number, one of which is at fault.
  var suspects: [Int]
  /// The layer of the original, where there is none in the folded model.
  var oldLayer: ByteString?
  /// The layer of the folded model whose numbers are shown, where that may be another one than is at fault.
  var home: Int?
  /// What differs, such as `kernel` or `strides`.
  var subject: String
  /// Which element or channel, such as `[0, 0, 3, 5]`; nil for the whole.
  var place: String?
  /// The value of the exact model, and that of the folded one.
  var expected: String
  var found: String
  /// How far apart they are, in units in the last place of the stored type.
  var ulps: Double?
  /// How many elements or channels differ.
  var count = 1
  /// Whether something is seen to differ; otherwise it is only not seen to be equal.
  var isDifference = true
  /// The inputs of the call whose channels are at fault, rather than the call itself.
  var isOfInput = false
  /// How the results are related but for what differs; nil for the identity.
  var likely: Relation?
  /// Whether it is an attribute, which no other number makes up for.
  var isOfAttribute = false
}

extension Mismatch {
  /// An attribute, or anything else that is not a number of a weight.
  static func attribute(_ subject: String, _ expected: String, _ found: String, of layer: Int) -> Mismatch {
    Mismatch(suspects: [layer], home: layer, subject: subject, expected: expected, found: found)
  }

  /// A part of a layer that the original does not have.
  static func addition(_ node: FlatGraph.Node) -> Mismatch {
    let kind = AttributeList(node.operation).attributes.dropFirst(node.part == .activation ? 1 : 0).first?
      .value
    return .attribute(
      node.part == .activation ? "activation" : "layer",
      node.part == .activation ? "linear" : "no such layer",
      kind ?? "another", of: node.layerNumber)
  }

  /// Something that bnfold does not know a rule for.
  static func unknown(_ what: String, of layer: Int) -> Mismatch {
    Mismatch(
      suspects: [layer], subject: what, expected: "", found: "", isDifference: false)
  }
}
