import Bytes
import LosslessJSON
import ModelGraph

/// Carries the difference between two graphs over to the architecture's JSON.
///
/// Only what differs is edited: layers that are gone, references that lead elsewhere, attributes that a rewrite
/// changed. Everything else keeps its bytes.
struct ArchitectureEditor {
  private let generation: KerasGeneration
  private var editor: JSONEditor

  /// The text of the architecture for an edited graph.
  static func text(
    of edited: Graph, from original: Graph, source: GraphSource, document: JSONDocument,
    generation: KerasGeneration
  ) -> [UInt8] {
    var editor = ArchitectureEditor(generation: generation, editor: JSONEditor(document))
    editor.edit(edited, from: original, source: source)
    return editor.editor.apply()
  }

  private mutating func edit(_ edited: Graph, from original: Graph, source: GraphSource) {
    let kept = Set(edited.layers.compactMap(\.origin))
    let gone = original.layers.indices.filter { !kept.contains($0) }.compactMap { source.layers[$0]?.index }
    if !gone.isEmpty { editor.remove(Set(gone), from: source.layerList) }
    for layer in edited.layers {
      guard let origin = layer.origin, let place = source.layers[origin] else { continue }
      let before = original.layers[origin]
      if let body = layer.core.body, let bodyBefore = before.core.body, let bodySource = place.body {
        edit(body, from: bodyBefore, source: bodySource)
      } else {
        editAttributes(of: layer.core.operation, from: before.core.operation, in: place.coreConfiguration)
      }
    }
    editReferences(edited, from: original, source: source)
  }

  private mutating func editAttributes(of new: Operation, from old: Operation, in configuration: JSONValue) {
    if let usesBias = new.linearMap?.usesBias, usesBias != old.linearMap?.usesBias {
      set("use_bias", of: configuration, to: usesBias)
    }
    switch (new, old) {
    case (.einsumDense(let new), .einsumDense(let old)):
      if new.biasLabels != old.biasLabels, let labels = new.biasLabels {
        editor.set("bias_axes", of: configuration, to: JSONEditor.quoted(ByteString(labels)))
      }
    case (.batchNormalization(let new), .batchNormalization(let old)):
      if new.scales != old.scales { set("scale", of: configuration, to: new.scales) }
      if new.centers != old.centers { set("center", of: configuration, to: new.centers) }
    default: break
    }
  }

  private mutating func set(_ key: ByteString, of configuration: JSONValue, to value: Bool) {
    editor.set(key, of: configuration, to: value ? "true" : "false")
  }

  private mutating func editReferences(_ edited: Graph, from original: Graph, source: GraphSource) {
    guard !source.calls.isEmpty else { return }
    var originalCall: [CallIdentity: Int] = [:]
    for (index, call) in original.calls.enumerated() {
      originalCall[CallIdentity(layer: call.layer, number: call.number)] = index
    }
    for call in edited.calls {
      guard let origin = edited.layers[call.layer].origin,
        let before = originalCall[CallIdentity(layer: origin, number: call.number)]
      else { continue }
      let written = source.calls[before]
      let dropped = edited.droppedTerms[origin] ?? []
      let left = written.inputs.indices.filter { !dropped.contains($0) }.map { written.inputs[$0] }
      for (reference, place) in zip(call.inputs, left) { lead(place, to: reference, in: edited) }
      if !dropped.isEmpty { remove(dropped, from: written, of: source.layers[origin], in: source) }
      for (reference, place) in zip(call.controls, written.controls) {
        lead(place, to: reference, in: edited)
      }
    }
    for (reference, place) in zip(edited.outputs, source.outputs) {
      lead(place, to: reference, in: edited, isOutput: true)
    }
  }

  /// Takes terms of a sum out of the list of what it reads, and out of that of their shapes.
  private mutating func remove(
    _ terms: Set<Int>, from call: CallSource, of layer: LayerSource?, in source: GraphSource
  ) {
    let places = terms.sorted().compactMap { call.inputPlaces[$0] }
    guard let list = places.first?.array else { return }
    editor.remove(Set(places.map(\.index)), from: list)
    guard let layer, let shapes = source.layerList.array?[layer.index]["build_config"]?["input_shape"],
      shapes.array?.count == call.inputs.count
    else { return }
    editor.remove(terms, from: shapes)
  }

  private struct CallIdentity: Hashable {
    let layer: Int
    let number: Int
  }

  /// Makes a written reference lead to a tensor, unless it does already.
  private mutating func lead(
    _ place: ReferenceSource, to reference: TensorReference, in graph: Graph, isOutput: Bool = false
  ) {
    let call = graph.calls[reference.call]
    let layer = graph.layers[call.layer]
    guard let parts = place.value.array else { return }
    if place.layer != layer.name {
      let first = Wiring.firstNodeIndex(of: layer, isOutput: isOutput, generation: generation)
      editor.replace(parts[0], with: JSONEditor.quoted(layer.name))
      editor.replace(parts[1], with: ByteString("\(call.number + first)"))
    }
    if place.tensor != reference.output { editor.replace(parts[2], with: ByteString("\(reference.output)")) }
  }
}
