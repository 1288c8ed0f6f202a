import Bytes
import Elements
import ModelFormats
import ModelGraph

/// What goes into the outermost graph and out of it.
extension GraphReader {
  /// Initializers are constants, but where the caller may give the input of that name another value.
  mutating func addInputs() throws(ModelFileError) {
    let replaceable = model.irVersion >= 4 ? Set(model.graph.inputs.map(\.name)) : []
    for tensor in model.graph.initializers {
      let constant = table.add(tensor)
      if replaceable.contains(tensor.name) {
        var layer = constantLayer(constant, named: tensor.name, className: "Initializer (replaceable)")
        layer.isReplaceable = true
        let reference = append(layer, inputs: [])
        try define(tensor.name, KnownTensor(reference: reference, shape: tensor.shape.map { $0 }))
      } else {
        try define(tensor.name, known(constant))
      }
    }
    let names = Set(model.graph.initializers.map(\.name))
    for input in model.graph.inputs where !names.contains(input.name) {
      let shape = input.shape.map { $0.map(\.size) }
      let type = input.elementType.map { ByteString("\($0)") } ?? "other"
      let reference = append(
        Layer(
          name: input.name, className: "Input", operation: .input(shape: shape, elementType: type)),
        inputs: [])
      graph.inputs.append(reference)
      try define(input.name, KnownTensor(reference: reference, shape: shape))
    }
  }

  mutating func addOutputs() throws(ModelFileError) {
    for output in model.graph.outputs {
      guard tensors[output.name] != nil else { throw problem(.undefinedName(output.name)) }
      graph.outputs.append(reference(of: output.name))
      graph.outputNames.append(output.name)
      graph.outputTypes.append(output.elementType)
      graph.outputShapes.append(output.shape.map { $0.map(\.size) })
    }
  }
}

extension ONNXDimension {
  /// The size, where it is one.
  fileprivate var size: Int? { if case .number(let size) = self { size } else { nil } }
}
