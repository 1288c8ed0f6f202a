import Bytes
import ModelGraph

/// A way for a layer to take an affine map of its input into its weights.
///
/// A rule is pure: given the layer and the map, it gives a new layer, or refuses. It sees neither the graph nor a
/// file.
protocol ConsumerRule {
  /// The rule's names in the ledger.
  static var names: [String] { get }

  /// Its name where it is used for a layer of some kind.
  ///
  /// - Parameter operation: of the layer.
  static func name(for operation: Operation) -> String

  /// What it does under one of its names, in a line; nil for another name.
  static func summary(of name: String) -> String?

  /// The layer that computes from the new input what the old one computed from the old input.
  ///
  /// - Throws: `Refusal` where it cannot be done exactly, or what the store throws.
  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer
}

/// A layer whose input is given in another form.
struct ConsumerRequest {
  /// The layer that computes, without its wrapper.
  let layer: Layer
  /// The layer's name with the models around it.
  let path: ByteString
  /// old input = scale * new input + shift.
  let map: TensorMap
  /// The rank of the input, without a wrapper's time axis.
  let rank: Int
  /// Names of weights that a new one must not have: those that are saved beside the layer's own.
  let takenNames: Set<ByteString>
}

extension ConsumerRequest {
  /// - Throws: `Refusal` unless the map runs along the axis of the layer's input channels, and has as many.
  func requireAxis(_ axis: Int, channels: Int) throws(Refusal) {
    guard map.axis == axis else {
      throw Refusal(
        .axisMismatch, "its axis (\(map.axis)) is not the axis of \(path)'s input channels (\(axis))")
    }
    guard map.channels == channels else {
      throw Refusal(.statisticsShape, "it has \(map.channels) channels; \(path) reads \(channels)")
    }
  }

  /// The weight with a role, of a type that can be computed with.
  func weight(_ role: Role) throws(Refusal) -> Variable { try layer.computableVariable(role, path: path) }

  var hasShift: Bool { map.shift.contains { $0 != 0 } }

  /// The layer's bias with something added to each element; a bias that there was not is 0.
  func bias(
    adding addend: [Double], like kernel: Variable, store: any WeightStore
  ) throws -> Variable {
    let ones = [Double](repeating: 1, count: addend.count)
    let zeros = [Double](repeating: 0, count: addend.count)
    return try layer.foldedBias(
      ChannelAffine(scale: ones, mean: zeros, beta: addend), like: kernel, takenNames: takenNames,
      store: store)
  }
}
