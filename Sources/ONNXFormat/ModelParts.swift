import Arrays
import Bytes
import Comparison
import Elements
import Files
import LosslessJSON
import ModelFormats
import ModelGraph

extension ONNXSource {
  /// The nodes with their constants, and the ends of the graph with the versions of its operators.
  public var parts: [ModelPart] {
    let ends = ModelPart(
      name: "(model)",
      description: ModelPart.Description(
        className: "Graph", configuration: versions,
        connections: [
          JSONValue(names: graph.inputs.map { graph.layers[graph.calls[$0.call].layer].name }),
          JSONValue(names: graph.outputNames),
        ],
        layers: graph.layers.filter { !$0.isImplicit }.map(\.name)), arrays: [])
    let functions = ONNXFunctionTable(model.functions)
    return [ends] + zip(model.graph.nodes, nodeLayers).map { node, layer in part(of: node, layer, functions) }
  }

  public var otherParts: [ModelPart] { [] }

  private var versions: JSONValue {
    let sets = model.operatorSets.sorted { $0.domain < $1.domain }
    return JSONValue(names: sets.map { $0.domain + ByteString(" \($0.version)") })
  }

  /// The layers that are nodes, in the order of the nodes.
  private var nodeLayers: [Layer] {
    graph.layers.suffix(graph.layers.count - firstNode).filter { !$0.isImplicit }
  }

  private func part(of node: ONNXNode, _ layer: Layer, _ functions: ONNXFunctionTable) -> ModelPart {
    let text = CarriedNode(node, functions: functions)
    return ModelPart(
      name: layer.name,
      description: ModelPart.Description(
        className: layer.className, configuration: JSONValue(text: text.bytes),
        connections: node.inputs.map { JSONValue(text: $0) }),
      arrays: (layer.variables ?? []).compactMap { array(of: $0) })
  }

  private func array(of variable: Variable) -> NamedArray? {
    guard case .stored(let number) = variable.value, let size = variable.elementType.byteCount else {
      return nil
    }
    return NamedArray(
      name: variable.name, elementType: variable.elementType, shape: variable.shape,
      content: .decoded { (range) throws(FileError) in
        let elements = range.lowerBound / size..<(range.upperBound + size - 1) / size
        do {
          let bytes = try store.bytes(ofWeight: number, elements: elements)
          let first = range.lowerBound - elements.lowerBound * size
          return Array(bytes[first..<first + range.count])
        } catch let error as ModelFileError {
          throw FileError(.damaged("\(error)"), path: input.model.path)
        } catch {
          throw FileError(.damaged("\(error)"), path: input.model.path)
        }
      })
  }
}
