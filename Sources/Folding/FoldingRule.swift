import Bytes
import Elements
import ModelGraph

/// A way to put a batch normalization into the layer before it.
///
/// A rule is pure: given the layer and the map, it gives a new layer, or refuses. It sees neither the graph nor a
/// file.
protocol FoldingRule {
  /// The rule's names in the ledger.
  static var names: [String] { get }

  /// Its name where it is used for a layer of some kind.
  ///
  /// - Parameter operation: of the layer.
  static func name(for operation: Operation) -> String

  /// What it does under one of its names, in a line; nil for another name.
  static func summary(of name: String) -> String?

  /// The layer with the map in its weights.
  ///
  /// - Throws: `Refusal` where it cannot be done exactly, or what the store throws.
  static func fold(_ request: FoldRequest, store: any WeightStore) throws -> Layer
}

/// A rule with one name.
protocol NamedRule {
  static var name: String { get }

  /// What it does, in a line.
  static var summary: String { get }
}

extension NamedRule {
  static var names: [String] { [name] }

  static func name(for operation: Operation) -> String { name }

  static func summary(of name: String) -> String? { name == self.name ? summary : nil }
}

/// A batch normalization that wants to go into a layer.
struct FoldRequest {
  /// The layer that computes, without its wrapper.
  let layer: Layer
  /// What the batch normalization does.
  let map: ChannelAffine
  /// The axis of the batch normalization in the layer's output.
  let axis: ChannelAxis
  /// The shape of the layer's output, as far as it is known.
  let outputShape: PartialShape?
  /// Names of weights that a new one must not have: those that are saved beside the layer's own.
  let takenNames: Set<ByteString>
}

extension FoldRequest {
  /// Checks the axis and the number of channels.
  ///
  /// - Parameters:
  ///   - channelAxis: the axis of the layer's output channels.
  ///   - channels: their number.
  ///   - rank: the rank of the layer's output, where the layer itself decides it.
  func requireAxis(_ channelAxis: ChannelAxis, channels: Int, rank: Int?) throws(Refusal) {
    switch axis.isSame(as: channelAxis, rank: rank ?? outputShape?.count) {
    case true?: break
    case false?:
      throw Refusal(
        .axisMismatch,
        "its axis (\(axis)) is not the axis of \(layer.name)'s output channels (\(channelAxis))")
    case nil:
      throw Refusal(
        .axisMismatch, "the rank is not known, so that its axis (\(axis)) may be another than the channels'")
    }
    guard channels == map.channels else {
      throw Refusal(
        .statisticsShape, "it has statistics of \(map.channels) channels; \(layer.name) has \(channels)")
    }
  }

  /// Whether an activation stands between the layer's sums and its output.
  func requireLinear(_ activation: Activation) throws(Refusal) {
    guard activation == .linear else {
      throw Refusal(.activation, "\(layer.name) ends with the activation \(activation)")
    }
  }

  /// The weight with a role, of a type that can be computed with.
  func weight(_ role: Role) throws(Refusal) -> Variable {
    try layer.computableVariable(role, path: layer.name)
  }
}

extension Layer {
  /// The weight with a role, of a type that can be computed with.
  ///
  /// - Parameters:
  ///   - role: which one.
  ///   - path: the layer's name, for the refusal.
  func computableVariable(_ role: Role, path: ByteString) throws(Refusal) -> Variable {
    guard let variable = variable(role) else {
      throw Refusal(.opaqueLayer, "\(path) has no weight \(role)")
    }
    guard variable.elementType.isFloatingPoint else {
      throw Refusal(.elementType, "the weight \(variable.name) is of type \(variable.elementType)")
    }
    return variable
  }
}

extension ChannelAxis: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fromFront(let axis): "\(axis)"
    case .fromBack(let distance): "-\(distance)"
    case .joined(let distances): distances.map { "-\($0)" }.joined(separator: ", ")
    }
  }
}
