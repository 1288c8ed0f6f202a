import Arrays
import Bytes
import Elements
import ModelFormats
import ModelGraph
import Wire

/// The changes of the nodes of one graph, and of the constants that they read.
struct ScopeEdit {
  private let source: ONNXSource
  private let scope: ONNXScope
  private let around: [ONNXScope]
  /// The graph before.
  private let before: Graph
  /// The layer of each node, by the node's number.
  private var layers: [Int] { scope.nodeLayers }
  private(set) var writer: ONNXModelWriter
  private(set) var readings: NameReadings
  private var edits: [Int: NodeEdit] = [:]
  /// Nodes that the graph does not have, less those that it has and the file need not have.
  private(set) var additionalNodes = 0

  /// - Parameters:
  ///   - scope: the graph in the file of `source`.
  ///   - around: the graphs around it, from which it may read constants, the innermost one first.
  ///   - before: the graph as it was read.
  ///   - graph: made from that; its layers know their `origin`.
  ///   - given: tensors that only the call of the function reads, by the names of the parameters.
  ///   - writer: has the changes of other graphs.
  ///   - readings: of the names that it knows.
  /// - Throws: `ModelFileError` where the file cannot be read, or cannot be the graph.
  init(
    of source: ONNXSource, _ scope: ONNXScope, inside around: [ONNXScope], from before: Graph,
    to graph: Graph, given: @autoclosure () -> [ByteString: ONNXTensor], _ writer: ONNXModelWriter,
    _ readings: NameReadings
  ) throws(ModelFileError) {
    (self.source, self.scope, self.writer, self.readings) = (source, scope, writer, readings)
    (self.before, self.around) = (before, around)
    let layers = scope.nodeLayers
    let kept = Dictionary(
      graph.layers.compactMap { layer in layer.origin.map { ($0, layer) } },
      uniquingKeysWith: { first, _ in first })
    let removed = layers.indices.filter { kept[layers[$0]] == nil }
    let branches = DroppedBranches(
      of: nodes, terms: terms(dropping: graph.droppedTerms), removed: removed, readings: readings)
    let names = try names(removing: removed, branches)
    var operands: [ChangedConstants.Operand] = []
    for (node, layer) in layers.enumerated() {
      if let new = kept[layer] {
        operands += try changedOperands(of: node, from: before.layers[layer], to: new)
      }
    }
    guard !removed.isEmpty || !operands.isEmpty || !branches.terms.isEmpty else { return }
    let constants = ChangedConstants(
      operands, removing: removed, of: scope, inside: around, given: given(), readings: &self.readings)
    add(constants)
    for (tensor, data) in constants.replaced { self.writer.replace(tensor, with: data) }
    rename(names, except: constants.droppedNodes.union(removed))
    for operand in operands where nodes[operand.node].operatorType == "Gemm" {
      // The weights have the factors in them, rounded once.
      edits[operand.node, default: NodeEdit()].droppedAttributes.insert(
        operand.position == 1 ? "alpha" : "beta")
    }
    for (node, places) in branches.terms where kept[layers[node]] != nil {
      edits[node, default: NodeEdit()].droppedInputs = places
    }
    for (operand, name) in constants.names { read(name, as: operand) }
    drop(constants.droppedNames)
    drop(
      nodes: constants.droppedNodes.union(removed),
      infos: constants.droppedNames.union(names.renamed.keys).union(branches.names)
        .union(removed.flatMap { nodes[$0].outputs.dropFirst() }))
    additionalNodes = edits.values.reduce(0) { $0 + $1.following.count } - constants.droppedNodes.count
    try applyEdits()
  }

  private var nodes: [ONNXNode] { scope.nodes }

  /// The inputs that nodes lose, by the node's number.
  private func terms(dropping places: [Int: Set<Int>]) -> [Int: Set<Int>] {
    guard !places.isEmpty else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: layers.enumerated().compactMap { node, layer in places[layer].map { (node, $0) } }
    )
  }

  private func names(
    removing removed: [Int], _ branches: DroppedBranches
  ) throws(ModelFileError) -> TensorNames {
    let taken = removed.filter { !branches.nodes.contains($0) }.map { index in
      let inputs = branches.inputs(leftOf: index, nodes[index])
      let input = inputs.first { !$0.isEmpty && scope.constants[$0] == nil }
      return (nodes[index], input ?? inputs.first ?? "")
    }
    do throws(ONNXGraphRule) {
      return try TensorNames(removing: taken, fixed: readings.fixed)
    } catch {
      throw ModelFileError(error, file: source.input.model.path)
    }
  }

  /// Gives tensors their new names, where nodes give them and where nodes read them.
  private mutating func rename(_ names: TensorNames, except gone: Set<Int>) {
    guard !names.renamed.isEmpty else { return }
    for (index, node) in nodes.enumerated() where !gone.contains(index) {
      for (position, name) in node.inputs.enumerated() {
        if let new = names.renamed[name] { edits[index, default: NodeEdit()].inputs[position] = new }
      }
      for (position, name) in node.outputs.enumerated() {
        if let new = names.renamed[name] { edits[index, default: NodeEdit()].outputs[position] = new }
      }
    }
  }

  // MARK: - Constants

  private func changedOperands(
    of node: Int, from old: Layer, to new: Layer
  ) throws(ModelFileError) -> [ChangedConstants.Operand] {
    var operands: [ChangedConstants.Operand] = []
    for variable in new.variables ?? [] {
      let before = old.variable(variable.role)
      if let before, before.value.isSame(as: variable.value) { continue }
      guard let position = variable.role.operandPosition else {
        preconditionFailure("a weight that no rule changes")
      }
      let inputs = nodes[node].inputs
      let name = inputs.indices.contains(position) && !inputs[position].isEmpty ? inputs[position] : nil
      guard
        let data = ONNXTensorData(
          elementType: variable.elementType, shape: shape(of: variable, node, name),
          content: try source.content(of: variable))
      else { preconditionFailure("a weight of a type that is not computed with") }
      operands.append(
        ChangedConstants.Operand(
          node: node, position: position, name: name, data: data,
          newName: name.map { $0 + ".folded" } ?? newName(ofBiasOf: nodes[node])))
    }
    return operands.sorted { $0.position < $1.position }
  }

  /// The shape that the tensor had where it has as many elements: some versions of operators want a row of a bias.
  private func shape(of variable: Variable, _ node: Int, _ name: ByteString?) -> Shape {
    let written = name.flatMap { scope.constants[$0]?.shape }
    return written.flatMap { $0.elementCount == variable.shape.elementCount ? $0 : nil } ?? variable.shape
  }

  private func newName(ofBiasOf node: ONNXNode) -> ByteString {
    let kernel = node.inputs.count > 1 ? node.inputs[1] : node.label
    for word: ByteString in ["weight", "kernel"] {
      if let stem = kernel.dropping(suffix: word) { return stem + "bias" }
    }
    return kernel + ".bias"
  }

  /// Adds new constants, as initializers of the outermost graph, or as nodes in a function, which has none.
  private mutating func add(_ constants: ChangedConstants) {
    if case .function = (around.last ?? scope).content {
      for (added, reader) in zip(constants.added, constants.names) {
        writer.addConstant(
          added.name, added.data, before: nodes[reader.operand.node].place, number: scope.nodeFieldNumber)
      }
      return
    }
    for (name, data) in constants.added { writer.addInitializer(name, data) }
    // Before version 4 of the format each initializer is an input as well.
    guard source.model.irVersion < 4, !constants.added.isEmpty else { return }
    let inputs = constants.added.map { AddedMessages.input(named: $0.name, like: $0.data) }
    let graph = source.model.graph
    if let last = graph.inputs.last?.place {
      writer.insert(inputs, after: last)
    } else if let place = graph.places.last {
      writer.append(inputs, to: place)
    }
  }

  /// Lets a node read another tensor at one of its places.
  private mutating func read(_ name: ByteString, as operand: ChangedConstants.Operand) {
    let node = nodes[operand.node]
    var edit = edits[operand.node] ?? NodeEdit()
    defer { edits[operand.node] = edit }
    guard node.operatorType == "MatMul", operand.position == 2 else {
      edit.inputs[operand.position] = name
      return
    }
    let version = scope.operatorVersion ?? 0
    // A reader of ONNX makes one call of each layer, in their order.
    let result = before.recordedShapes[TensorReference(call: layers[operand.node])]
    if result?.count == 2, version >= 7 {
      edit.operatorType = "Gemm"
      edit.inputs[2] = name
      return
    }
    let output = edit.outputs[0] ?? node.outputs[0]
    let product = readings.newName(like: output + ".product")
    edit.outputs[0] = product
    edit.following.append(
      AddedMessages.addition(
        of: name, to: product, giving: output,
        named: node.name.isEmpty ? "" : node.name + ".bias", version: version, number: scope.nodeFieldNumber))
  }

  // MARK: - What goes and what stays

  /// Drops initializers of this graph, or of those around it.
  private mutating func drop(_ names: Set<ByteString>) {
    var names = names
    for case .graph(let graph) in ([scope] + around).map(\.content) where !names.isEmpty {
      let dropped = graph.initializers.filter { names.contains($0.name) }
      for field in dropped.flatMap(\.fields) { writer.replace(field.range, with: []) }
      // Inputs that are no initializers are never dropped.
      for input in graph.inputs where names.contains(input.name) { writer.replace(input.place, with: []) }
      names.subtract(dropped.map(\.name))
    }
  }

  private mutating func drop(nodes gone: Set<Int>, infos names: Set<ByteString>) {
    for node in gone.sorted() { writer.replace(nodes[node].place, with: []) }
    guard case .graph(let graph) = scope.content else { return }
    for info in graph.valueInfos where names.contains(info.name) { writer.replace(info.place, with: []) }
  }

  private mutating func applyEdits() throws(ModelFileError) {
    let reader = WireReader(source.model.source, limits: source.limits.wire)
    do throws(WireError) {
      for (node, edit) in edits.sorted(by: { $0.key < $1.key }) where !edit.isEmpty {
        try edit.apply(to: &writer, nodes[node], reader)
      }
    } catch {
      throw ModelFileError(.wire(error), file: source.input.model.path)
    }
  }
}

extension Role {
  /// Where a node of ONNX has the weight among its inputs.
  ///
  /// Source: ONNX operator specification, Conv, ConvTranspose, Gemm, MatMul and BatchNormalization.
  fileprivate var operandPosition: Int? {
    switch self {
    case .kernel, .gamma: 1
    case .bias, .beta: 2
    case .movingMean: 3
    case .movingVariance: 4
    case .operand(let position): position
    default: nil
    }
  }
}

extension Variable.Value {
  fileprivate func isSame(as other: Variable.Value) -> Bool {
    switch (self, other) {
    case (.stored(let number), .stored(let second)): number == second
    case (.scaled(let number, let scale), .scaled(let second, let other)): number == second && scale == other
    default: false
    }
  }
}
