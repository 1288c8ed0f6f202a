import Bytes
import LosslessJSON

/// Classes of the user's own of which the user says that they compute what a class of Keras computes.
///
/// The file does not say of which class they are made. A model is told by its list of layers, a layer by attributes that only one
/// class of Keras has.
struct TrustedClasses: Sendable, Equatable {
  /// As the file has them, with or without the name of the package: `MyLayer` or `package>MyLayer`.
  let names: Set<ByteString>

  init(_ names: Set<ByteString> = []) { self.names = names }

  /// Whether an element of the architecture is of one of these classes.
  func hold(_ element: JSONValue) -> Bool {
    [element["class_name"]?.string, element["registered_name"]?.string].contains { written in
      guard let written else { return false }
      return names.contains(written) || names.contains { written.hasSuffix(">" + $0) }
    }
  }

  /// Whether an element is of one of these classes, or has one in it.
  func holdAnything(in element: JSONValue) -> Bool {
    hold(element) || (element.array ?? []).contains(where: holdAnything)
      || (element.members ?? []).contains { holdAnything(in: $0.value) }
  }

  /// The class of Keras that has the attributes of an element.
  ///
  /// - Throws: `NotUnderstood` where several have them, or none.
  static func base(of element: JSONValue) throws(NotUnderstood) -> ByteString {
    let attributes = Set((element["config"]?.members ?? []).map(\.key))
    // Recurrent layers have the attributes of others, too.
    guard !attributes.contains("recurrent_initializer"),
      let base = bases.first(where: { attributes.isSuperset(of: $0.attributes) })
    else {
      throw NotUnderstood(.noClass)
    }
    guard base.hasRank else { return base.name }
    guard let rank = element["config"]?["kernel_size"]?.array?.count else {
      throw NotUnderstood(.noRank)
    }
    return ByteString("\(base.name)\(rank)D") + base.suffix
  }

  /// A class of Keras, and attributes that no class after it in the list has.
  private struct Base {
    let name: ByteString
    var suffix: ByteString = ""
    /// Whether the number of spatial axes is a part of the name.
    var hasRank = true
    let attributes: Set<ByteString>
  }

  private static let bases = [
    Base(
      name: "BatchNormalization", hasRank: false,
      attributes: ["moving_mean_initializer", "moving_variance_initializer"]),
    Base(
      name: "SeparableConv", attributes: ["depthwise_initializer", "pointwise_initializer", "kernel_size"]),
    Base(name: "DepthwiseConv", attributes: ["depthwise_initializer", "depth_multiplier", "kernel_size"]),
    Base(
      name: "Conv", suffix: "Transpose", attributes: ["filters", "kernel_size", "output_padding", "use_bias"]),
    Base(name: "Conv", attributes: ["filters", "kernel_size", "strides", "groups", "use_bias"]),
    Base(
      name: "Dense", hasRank: false,
      attributes: ["units", "activation", "use_bias", "kernel_initializer", "bias_initializer"]),
  ]
}
