import Bytes
import Elements

/// What a node says that is carried, written out: two nodes with the same text do the same with the same tensors.
struct CarriedNode {
  /// Names of the graph around it that its inner graphs read, each once.
  private(set) var capturedNames: [ByteString] = []
  /// Labels of batch normalizations in inner graphs and in functions that it calls.
  private(set) var batchNormalizations: [ByteString] = []
  /// Tensors inside it, whose elements are not in the text.
  private(set) var tensors: [ONNXTensor] = []
  /// Whether there are attributes whose values bnfold does not keep.
  private(set) var isIncomplete = false
  private var text: [UInt8] = []
  private let functions: [ONNXFunction]
  /// Functions that are being written out, which must not call themselves.
  private var open: Set<ByteString> = []

  /// The whole text.
  var bytes: ByteString { ByteString(text) }

  init(_ node: ONNXNode, functions: [ONNXFunction]) {
    self.functions = functions
    var captured: [ByteString] = []
    add(node, local: [], &captured, isOutermost: true)
    capturedNames = captured
  }

  private mutating func add(_ piece: String) { text += piece.utf8 }

  /// A name with its length, so that no two lists of names have the same text.
  private mutating func add(_ name: ByteString) {
    add("\(name.bytes.count):")
    text += name.bytes
    add(" ")
  }

  private mutating func add(
    _ node: ONNXNode, local: Set<ByteString>, _ captured: inout [ByteString], isOutermost: Bool
  ) {
    add(node.domain)
    add(node.operatorType)
    add(node.overload)
    if isOutermost {
      // Outside, tensors have the names that the graph gives them; which are absent is a part of the text.
      add(node.inputs.map { $0.isEmpty ? "-" : "+" }.joined())
      add(node.outputs.map { $0.isEmpty ? "-" : "+" }.joined())
    } else {
      for name in node.inputs {
        let isOuter = !name.isEmpty && !local.contains(name)
        if isOuter, !captured.contains(name) { captured.append(name) }
        add(isOuter ? ByteString("outer \(captured.firstIndex(of: name) ?? 0)") : name)
      }
      add(">")
      node.outputs.forEach { add($0) }
      if node.operatorType == "BatchNormalization" { batchNormalizations.append(node.label) }
    }
    for attribute in node.attributes.sorted(by: { $0.name < $1.name }) {
      add("[")
      add(attribute.name)
      add(attribute.value, local: local, &captured)
      add("]")
    }
    if let function = functions.first(where: { $0.domain == node.domain && $0.name == node.operatorType }) {
      add(function)
    }
  }

  private mutating func add(_ function: ONNXFunction) {
    let name = function.domain + "." + function.name
    guard open.insert(name).inserted else { return }
    defer { open.remove(name) }
    add("{")
    for name in function.inputs + function.outputs + function.attributes { add(name) }
    var none: [ByteString] = []
    let names = Set(function.inputs + function.nodes.flatMap(\.outputs))
    for node in function.nodes { add(node, local: names, &none, isOutermost: false) }
    add("}")
  }

  private mutating func add(
    _ value: ONNXAttribute.Value, local: Set<ByteString>, _ captured: inout [ByteString]
  ) {
    switch value {
    case .float(let value): add("f\(value.bitPattern)")
    case .integer(let value): add("i\(value)")
    case .string(let value): add(value)
    case .floats(let values): add("f\(values.map(\.bitPattern))")
    case .integers(let values): add("i\(values)")
    case .strings(let values): values.forEach { add($0) }
    case .tensor(let tensor): add(tensor)
    case .tensors(let tensors): tensors.forEach { add($0) }
    case .graph(let graph): add(graph, local: local, &captured)
    case .graphs(let graphs): graphs.forEach { add($0, local: local, &captured) }
    case .reference(let name):
      add("attribute ")
      add(name)
    case .other: isIncomplete = true
    }
  }

  private mutating func add(_ tensor: ONNXTensor) {
    add(tensor.name)
    add("\(tensor.onnxType)\(tensor.shape)")
    tensors.append(tensor)
  }

  private mutating func add(
    _ graph: ONNXGraph, local outer: Set<ByteString>, _ captured: inout [ByteString]
  ) {
    let names = Set(
      graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.sparseInitializerNames
        + graph.nodes.flatMap(\.outputs)
    ).union(outer)
    add("{")
    for input in graph.inputs { add(input.name) }
    for tensor in graph.initializers { add(tensor) }
    for node in graph.nodes { add(node, local: names, &captured, isOutermost: false) }
    add(">")
    for output in graph.outputs {
      let isOuter = !names.contains(output.name)
      if isOuter, !captured.contains(output.name) { captured.append(output.name) }
      add(isOuter ? ByteString("outer \(captured.firstIndex(of: output.name) ?? 0)") : output.name)
    }
    add("}")
  }
}
