import Bytes
import ModelGraph

extension FlatGraph {
  /// A call of a layer, or of a part of it.
  ///
  /// A class, since every step of the proof holds two of them: as values, the code to copy them was a tenth of the target.
  final class Node: Sendable {
    /// The layer's name with the models around it.
    let path: ByteString
    /// Which layer, by the order in which they were met; calls of a shared layer have the same number.
    let layerNumber: Int
    /// The layer that computes, without its wrapper.
    let layer: Layer
    let part: Part
    /// What the part computes.
    let operation: Operation
    /// Whether a wrapper applies it at each index of axis 1.
    let isTimeDistributed: Bool
    let call: Call
    let inputs: [Int]
    let controls: [Int]
    let outputs: [Int]

    init(
      path: ByteString, layerNumber: Int, layer: Layer, part: Part, operation: Operation,
      isTimeDistributed: Bool, call: Call, inputs: [Int], controls: [Int], outputs: [Int]
    ) {
      self.path = path
      self.layerNumber = layerNumber
      self.layer = layer
      self.part = part
      self.operation = operation
      self.isTimeDistributed = isTimeDistributed
      self.call = call
      self.inputs = inputs
      self.controls = controls
      self.outputs = outputs
    }

    /// The weights that the part computes with.
    var variables: [Variable] { [.activation, .padding, .shape].contains(part) ? [] : layer.variables ?? [] }
  }
}
