import Bytes
import Elements
import LosslessJSON
import ModelGraph

/// A call as the architecture writes it, before names are resolved.
struct WrittenCall {
  var source = CallSource()
  var training: Bool?
  var hasUnknownArguments = false
  /// Shapes that Keras 3 writes beside its references.
  var shapes: [(ReferenceSource, PartialShape)] = []
}

/// Reads `inbound_nodes` in both serializations.
///
/// Source: keras/src/models/functional.py `deserialize_node`; tf_keras/src/engine/functional.py `process_node`.
enum NodeReader {
  /// The calls of a layer, in order.
  static func read(_ nodes: JSONValue?, layer: ByteString) throws(ArchitectureError) -> [WrittenCall] {
    guard let nodes, let list = nodes.array else {
      throw ArchitectureError(.noCalls, at: "layer \(layer)")
    }
    var calls: [WrittenCall] = []
    for node in list {
      var call = WrittenCall()
      if node["args"] != nil {
        try readArguments(of: node, layer: layer, into: &call)
      } else if let members = node.members {
        // tf_keras: tensors by the names of a model's inputs.
        call.hasUnknownArguments = true
        for member in members { try readTensorList(member.value, layer: layer, into: &call) }
      } else {
        try readTensorList(node, layer: layer, into: &call)
      }
      calls.append(call)
    }
    return calls
  }

  /// Keras 3: {"args": […], "kwargs": {…}} with tensors as objects.
  private static func readArguments(
    of node: JSONValue, layer: ByteString, into call: inout WrittenCall
  ) throws(ArchitectureError) {
    guard let arguments = node["args"]?.array else {
      throw ArchitectureError(.noArguments, at: "layer \(layer)")
    }
    // A position that is left open moves those behind it.
    if let open = arguments.firstIndex(where: \.isNull), arguments[open...].contains(where: { !$0.isNull }) {
      call.hasUnknownArguments = true
    }
    for argument in arguments { collect(argument, into: &call, asControl: false) }
    for member in (node["kwargs"]?.members ?? []).sorted(by: { $0.key < $1.key }) {
      readKeyword(member, into: &call)
    }
  }

  /// Keras 1 and 2: [["name", node, tensor, {kwargs}], …], or one such list for an operator layer.
  private static func readTensorList(
    _ node: JSONValue, layer: ByteString, into call: inout WrittenCall
  ) throws(ArchitectureError) {
    guard let elements = node.array else {
      throw ArchitectureError(.callNotList, at: "layer \(layer)")
    }
    let entries = elements.first?.string == nil ? elements : [node]
    for (index, entry) in entries.enumerated() {
      if entry.array?.first?.array != nil {
        try readTensorList(entry, layer: layer, into: &call)
        continue
      }
      guard let parts = entry.array, parts.count >= 3 else {
        throw ArchitectureError(.incompleteReference, at: "layer \(layer)")
      }
      if let reference = ReferenceSource(entry) {
        call.source.inputs.append(reference)
        call.source.inputPlaces.append(
          entries.count > 1 ? ElementPlace(array: node, index: index) : nil)
      } else {
        call.hasUnknownArguments = true
      }
      guard parts.count > 3 else { continue }
      for member in (parts[3].members ?? []).sorted(by: { $0.key < $1.key }) {
        readKeyword(member, into: &call)
      }
    }
  }

  private static func readKeyword(_ member: JSONValue.Member, into call: inout WrittenCall) {
    switch member.key {
    case "training":
      if let training = member.value.boolean {
        call.training = training
      } else if !member.value.isNull {
        call.hasUnknownArguments = true
      }
    case "mask": collect(member.value, into: &call, asControl: true)
    case "name": break
    default:
      guard !member.value.isNull else { return }
      call.hasUnknownArguments = true
      collect(member.value, into: &call, asControl: false)
    }
  }

  /// Takes the tensors out of an argument; anything else but null makes the call not understood.
  ///
  /// - Parameter place: where the argument is in a list.
  private static func collect(
    _ value: JSONValue, into call: inout WrittenCall, asControl: Bool, at place: ElementPlace? = nil
  ) {
    if value.isNull { return }
    var reference: ReferenceSource?
    if value["class_name"]?.string == "__keras_tensor__", let configuration = value["config"] {
      reference = configuration["keras_history"].flatMap { ReferenceSource($0) }
      if let reference, let shape = configuration["shape"]?.array {
        call.shapes.append((reference, shape.map(\.smallInteger).bounded))
      }
    } else if let plain = ReferenceSource(value) {
      reference = plain
    }
    if let reference {
      if asControl {
        call.source.controls.append(reference)
      } else {
        call.source.inputs.append(reference)
        call.source.inputPlaces.append(place)
      }
    } else if let elements = value.array {
      for (index, element) in elements.enumerated() {
        collect(element, into: &call, asControl: asControl, at: ElementPlace(array: value, index: index))
      }
    } else if let members = value.members, value["class_name"] == nil {
      // Keras gives them to a model's inputs by name.
      call.hasUnknownArguments = true
      for member in members.sorted(by: { $0.key < $1.key }) {
        collect(member.value, into: &call, asControl: asControl)
      }
    } else {
      call.hasUnknownArguments = true
    }
  }
}
