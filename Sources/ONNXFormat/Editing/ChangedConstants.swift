import Bytes
import Elements

/// Where the new elements of nodes' constants go, and which constants nobody reads any more.
///
/// A tensor that only the changed node reads gets its new elements in its place; one that something else reads as well stays, and
/// the node reads a new one.
struct ChangedConstants {
  /// A constant operand of a node that is to have other elements.
  struct Operand {
    let node: Int
    let position: Int
    /// The name of the tensor that it is; nil where it is absent.
    let name: ByteString?
    let data: ONNXTensorData
    /// What a new tensor is called, if no other one is.
    let newName: ByteString
  }

  /// New elements of tensors that are there.
  private(set) var replaced: [(tensor: ONNXTensor, data: ONNXTensorData)] = []
  /// New tensors.
  private(set) var added: [(name: ByteString, data: ONNXTensorData)] = []
  /// The names that nodes read at changed places, where these are others.
  private(set) var names: [(operand: Operand, name: ByteString)] = []
  /// Initializers and nodes without readers.
  private(set) var droppedNames: Set<ByteString> = []
  private(set) var droppedNodes: Set<Int> = []

  /// - Parameters:
  ///   - operands: in the order of the nodes.
  ///   - removed: nodes that are taken out.
  ///   - scope: the graph before.
  ///   - around: the graphs around it, the innermost one first.
  ///   - given: tensors that only the call of the function reads, by the names of the parameters.
  ///   - readings: of the model before; afterwards the new names are in use.
  init(
    _ operands: [Operand], removing removed: [Int], of scope: ONNXScope, inside around: [ONNXScope],
    given: [ByteString: ONNXTensor], readings: inout NameReadings
  ) {
    let (nodes, constants) = (scope.nodes, scope.constants)
    var pending: [ByteString] = []
    for operand in operands {
      guard let name = operand.name else { continue }
      readings.remove(of: name)
      pending.append(name)
    }
    for node in removed {
      for name in nodes[node].inputs where !name.isEmpty {
        readings.remove(of: name)
        pending.append(name)
      }
    }
    let sources = ConstantSources(scope, inside: around)
    var taken: Set<ByteString> = []
    for operand in operands {
      if let name = operand.name, readings[name] == 0, let tensor = sources.tensor(name) ?? given[name],
        tensor.shape == operand.data.shape, tensor.elementType == operand.data.elementType,
        taken.insert(name).inserted
      {
        replaced.append((tensor, operand.data))
      } else {
        let name = readings.newName(like: operand.newName)
        added.append((name, operand.data))
        names.append((operand, name))
      }
    }
    // What only the dropped ones have read goes as well.
    while let name = pending.popLast() {
      guard readings[name] == 0, !taken.contains(name), constants[name] != nil else { continue }
      guard let node = sources.node(name) else {
        if sources.tensor(name) != nil { droppedNames.insert(name) }
        continue
      }
      let outputs = nodes[node].outputs.filter { !$0.isEmpty }
      guard outputs.allSatisfy({ readings[$0] == 0 && constants[$0] != nil && !taken.contains($0) }),
        droppedNodes.insert(node).inserted
      else { continue }
      droppedNames.formUnion(outputs)
      for name in nodes[node].inputs where !name.isEmpty {
        readings.remove(of: name)
        pending.append(name)
      }
    }
  }
}
