import Bytes
import Elements

/// What a node says that is carried, written out: two nodes with the same text do the same with the same tensors.
struct CarriedNode {
  /// Names of the graph around it that its inner graphs read, each once.
  var capturedNames: [ByteString] { captured.names }
  /// Labels of batch normalizations in inner graphs and in functions that it calls.
  private(set) var batchNormalizations: [ByteString] = []
  /// Tensors inside it, whose elements are not in the text.
  private(set) var tensors: [ONNXTensor] = []
  /// Fields of the file inside it that bnfold does not read, whose bytes are not in the text.
  private(set) var unreadFields: [Range<Int>] = []
  private var text: [UInt8] = []
  private var captured = NumberedNames()
  private let functions: ONNXFunctionTable
  /// The versions of the operators where nodes are being written out, by domain.
  private var versions: [ByteString: Int64]
  /// Functions that are in the text, by domain, name and overload: each is written out once, where it is called first.
  ///
  /// So one that calls itself has an end, and functions that each call the next one twice have no exponential length.
  private var written: Set<ONNXFunctionTable.Key> = []

  /// The whole text.
  var bytes: ByteString { ByteString(text) }

  /// Bytes of memory that it takes, tensors being described elsewhere.
  var memoryBytes: Int { text.count + 256 * (tensors.count + unreadFields.count) }

  /// - Parameter versions: of the operators, by domain, where they shall be a part of the text.
  init(_ node: ONNXNode, functions: ONNXFunctionTable, versions: [ByteString: Int64] = [:]) {
    self.functions = functions
    self.versions = versions
    var names = NumberedNames()
    add(node, local: [], &names, isOutermost: true)
    captured = names
  }

  private mutating func add(_ piece: String) { text += piece.utf8 }

  /// A name with its length, so that no two lists of names have the same text.
  private mutating func add(_ name: ByteString) {
    add("\(name.bytes.count):")
    text += name.bytes
    add(" ")
  }

  private mutating func add(
    _ node: ONNXNode, local: Set<ByteString>, _ captured: inout NumberedNames, isOutermost: Bool
  ) {
    add(node.domain)
    add(node.operatorType)
    add(node.overload)
    if let version = versions[node.domain] { add("version \(version) ") }
    if isOutermost {
      // Outside, tensors have the names that the graph gives them; which are absent is a part of the text.
      add(node.inputs.map { $0.isEmpty ? "-" : "+" }.joined())
      add(node.outputs.map { $0.isEmpty ? "-" : "+" }.joined())
    } else {
      for name in node.inputs {
        let isOuter = !name.isEmpty && !local.contains(name)
        add(isOuter ? ByteString("outer \(captured.number(of: name))") : name)
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
    if let function = functions.function(calledBy: node) { add(function) }
  }

  private mutating func add(_ function: ONNXFunction) {
    guard written.insert(ONNXFunctionTable.Key(function)).inserted else { return }
    let outer = versions
    defer { versions = outer }
    versions = Dictionary(function.operatorSets.map { ($0.domain, $0.version) }) { first, _ in first }
    var none = NumberedNames()
    add("{")
    for names in [function.inputs, function.outputs, function.attributes] {
      names.forEach { add($0) }
      add(">")
    }
    for attribute in function.attributeDefaults.sorted(by: { $0.name < $1.name }) {
      add(attribute.name)
      add(attribute.value, local: [], &none)
    }
    let names = Set(function.inputs + function.nodes.flatMap(\.outputs))
    for node in function.nodes { add(node, local: names, &none, isOutermost: false) }
    add("}")
  }

  private mutating func add(
    _ value: ONNXAttribute.Value, local: Set<ByteString>, _ captured: inout NumberedNames
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
    case .other(let fields): addUnread(fields)
    }
  }

  private mutating func addUnread(_ fields: [Range<Int>]) {
    add("unread\(fields.map(\.count))")
    unreadFields += fields
  }

  private mutating func add(_ tensor: ONNXTensor) {
    add(tensor.name)
    add("\(tensor.onnxType)\(tensor.shape)")
    tensors.append(tensor)
  }

  private mutating func add(
    _ graph: ONNXGraph, local outer: Set<ByteString>, _ captured: inout NumberedNames
  ) {
    let names = Set(
      graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.sparseInitializerNames
        + graph.nodes.flatMap(\.outputs)
    ).union(outer)
    add("{")
    for input in graph.inputs { add(input.name) }
    for tensor in graph.initializers { add(tensor) }
    graph.sparseInitializerNames.forEach { add($0) }
    addUnread(graph.sparseInitializerPlaces)
    for node in graph.nodes { add(node, local: names, &captured, isOutermost: false) }
    add(">")
    for output in graph.outputs {
      let isOuter = !names.contains(output.name)
      add(isOuter ? ByteString("outer \(captured.number(of: output.name))") : output.name)
    }
    add("}")
  }
}

/// Names in the order in which they were met, each once.
private struct NumberedNames {
  private(set) var names: [ByteString] = []
  private var numbers: [ByteString: Int] = [:]

  /// The number of a name, which is a new one for a new name.
  mutating func number(of name: ByteString) -> Int {
    if let number = numbers[name] { return number }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }
}
