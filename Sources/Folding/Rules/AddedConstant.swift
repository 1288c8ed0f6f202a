import Elements
import ModelGraph

/// A shift becomes part of the constants that an operator adds, and the scale passes it.
///
/// Before:      y = x + c per channel; also x - c and c - x
/// After:       y' = x' + c'
/// Conditions:  c has one number for each channel of the map, along its axis
/// Formula:     y' = s y + t: x' = s x, c' = s c + t; x' = s x + t: y' = s y, c' = s c - t. Where the old tensor is s times the new
///              one plus t: c' = (c - t) / s and (c + t) / s. Of x - c the shift is subtracted
struct AddedConstant {
  static let name = "added-constant"
  static let summary = "constants that are added after a layer take in the shift"

  /// The layer with its new constants.
  let layer: Layer
  /// The other tensor of the layer, and its map.
  let port: Port
  let map: TensorMap

  /// - Parameters:
  ///   - layer: any layer with one input.
  ///   - input: the shape of what it reads.
  ///   - port: the tensor whose map is given.
  /// - Returns: nil for a layer that does not add such constants.
  /// - Throws: what the store throws.
  init?(_ layer: Layer, input: PartialShape?, port: Port, map: TensorMap, store: any WeightStore) throws {
    guard let combination = ConstantCombination(layer.operation),
      combination.kind == .add || combination.kind == .subtract, let rank = input?.count,
      combination.axis(input: input)?.index(rank: rank) == map.axis,
      combination.shape.elementCount == map.channels, combination.isVector,
      var variable = layer.variable(.operand(combination.position)), variable.elementType.isFloatingPoint
    else { return nil }
    // What is subtracted from x moves the other way, as does what is seen from x where x itself is subtracted.
    let isSubtracted = combination.kind == .subtract && !combination.isFirst
    let isMirrored = combination.kind == .subtract && combination.isFirst
    var sign = isSubtracted ? -1.0 : 1
    if port != .output, !isMirrored { sign = -sign }
    let old = try variable.exactElements(from: store)
    let isImage = map.direction == .image
    let new = old.indices.map { channel in
      let (scale, shift) = (map.scale[channel], sign * map.shift[channel])
      return isImage ? scale * old[channel] + shift : (old[channel] - shift) / scale
    }
    guard new.allSatisfy(\.isFinite) else { return nil }
    variable.value = .computed(new)
    var changed = layer
    changed.set(variable)
    self.layer = changed
    self.port = port == .output ? .input(0) : .output
    self.map = TensorMap(
      map.direction, axis: map.axis, scale: map.scale, shift: map.shift.map { _ in 0 })
  }
}

extension RewritableModel {
  /// A layer that adds constants with a map of one of its tensors in them; nil for any other layer, and where they cannot take it.
  func addition(
    _ layer: Layer, _ place: TensorGraph.Node, _ port: Port, _ map: TensorMap
  ) throws -> AddedConstant? {
    guard rules.allows(AddedConstant.name), chains[place.address] == nil, place.inputs.count == 1,
      place.outputs.count == 1,
      graph.nodesOfLayer[place.address]?.count == 1
    else { return nil }
    return try AddedConstant(
      layer, input: graph.tensors[place.inputs[0]].shape, port: port, map: map, store: store)
  }
}
