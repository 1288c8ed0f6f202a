import Bytes
import Elements
import ModelFormats
import ModelGraph

/// Nodes that are neither run nor rewritten.
extension GraphReader {
  private static var largestCarriedText: Int { 8 << 20 }

  /// A layer that is carried: its constants are weights, and its text says all of the rest.
  mutating func carried(
    _ node: ONNXNode, _ reason: CarriedReason
  ) throws(ModelFileError) -> (Layer, inputs: [ByteString]) {
    let text = CarriedNode(node, functions: functions, versions: versions)
    carriedBytes += text.memoryBytes
    guard carriedBytes <= Self.largestCarriedText + 2 * model.byteCount else {
      throw problem(.longCalls(limit: Self.largestCarriedText + 2 * model.byteCount), node: node)
    }
    for name in text.capturedNames where tensor(name) == nil {
      throw problem(.undefinedName(name), node: node)
    }
    var layer = Layer(name: node.label, className: node.operatorType, operation: .opaque("\(reason)"))
    layer.configuration = text.bytes
    layer.hiddenBatchNormalizations =
      node.isBatchNormalization ? [node.label] : text.batchNormalizations
    var (inputs, variables): ([ByteString], [Variable]) = ([], [])
    for (number, name) in (node.inputs.filter { !$0.isEmpty } + text.capturedNames).enumerated() {
      if let constant = tensor(name)?.constant {
        variables.append(constant.variable(.operand(number), named: name))
      } else {
        inputs.append(name)
      }
    }
    // What is not read is compared as bytes.
    let unread = text.unreadFields.map { ONNXTensor(bytes: $0) }
    for (number, tensor) in (text.tensors + unread).enumerated() {
      variables.append(table.add(tensor).variable(.other(number), named: tensor.name))
    }
    layer.variables = variables
    return (layer, inputs)
  }
}

extension ONNXNode {
  var isBatchNormalization: Bool { domain.isEmpty && operatorType == "BatchNormalization" }

  var hasInnerGraphs: Bool { !innerGraphs.isEmpty }
}
