import Bytes
import ModelFormats
import ModelGraph

/// The changes of a model's file that make an edited graph of its own one.
///
/// Nodes that the graph does not have any more go, constants whose elements are others are replaced or copied, and everything else
/// stays as it is.
struct FoldEdit {
  private(set) var writer: ONNXModelWriter
  /// Nodes that the graph does not have, less those that it has and the file need not have.
  private(set) var additionalNodes = 0

  /// - Parameters:
  ///   - source: the model before.
  ///   - graph: made from its graph; its layers know their `origin`.
  /// - Throws: `ModelFileError` where the file cannot be read, or cannot be the graph.
  init(of source: ONNXSource, to graph: Graph) throws(ModelFileError) {
    writer = ONNXModelWriter(source.model, reader: source.reader)
    let scopes = Dictionary(uniqueKeysWithValues: source.scopes.map { ($0.address, $0) })
    let (before, after) = (source.graph.bodies, graph.bodies)
    // A function knows none of the names around it.
    var readings: [[Int]: NameReadings] = [:]
    for scope in source.scopes {
      guard let old = before[scope.address], let new = after[scope.address] else { continue }
      let around = scope.around(in: scopes)
      let root = around.last ?? scope
      let edit = try ScopeEdit(
        of: source, scope, inside: around, from: old, to: new,
        given: Self.tensors(givenTo: scope, in: scopes, readings, source.model), writer,
        readings[root.address] ?? NameReadings(of: root, of: source.model))
      writer = edit.writer
      readings[root.address] = edit.readings
      additionalNodes += edit.additionalNodes
    }
  }

  /// The tensors that a call gives a function, and that nothing else reads, by the names of the parameters.
  private static func tensors(
    givenTo scope: ONNXScope, in scopes: [[Int]: ONNXScope], _ readings: [[Int]: NameReadings],
    _ model: ONNXModel
  ) -> [ByteString: ONNXTensor] {
    guard !scope.given.isEmpty, let caller = scopes[Array(scope.address.dropLast())] else { return [:] }
    let around = caller.around(in: scopes)
    let root = around.last ?? caller
    let own = readings[root.address] ?? NameReadings(of: root, of: model)
    let sources = ConstantSources(caller, inside: around)
    return scope.given.compactMapValues { own[$0] == 1 ? sources.tensor($0) : nil }
  }
}

extension Graph {
  /// The graphs of this one and of the models inside it, by the `origin` of the layers that hold them.
  fileprivate var bodies: [[Int]: Graph] {
    var bodies: [[Int]: Graph] = [[]: self]
    for layer in layers {
      guard let origin = layer.origin, let body = layer.body else { continue }
      for (address, graph) in body.bodies { bodies[[origin] + address] = graph }
    }
    return bodies
  }
}
