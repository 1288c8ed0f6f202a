import ModelGraph

/// Which batch normalizations can be estimated in one pass over the data, if each needs the earlier ones first.
///
/// What goes into a batch normalization depends on those on its way from the inputs. The ones that are equally far from
/// the inputs, counted in batch normalizations, do not depend on each other and share a pass.
struct EstimationOrder {
  /// Which ones, pass after pass.
  let passes: [[LayerAddress]]

  /// - Parameters:
  ///   - graph: the model.
  ///   - layers: those that are estimated.
  init(of graph: Graph, _ layers: CalibratedLayers) {
    var depths = Depths(layers: layers)
    _ = depths.depth(of: graph, below: 0, prefix: [])
    let byDepth = Dictionary(grouping: depths.depthOf, by: \.value)
    passes = byDepth.sorted { $0.key < $1.key }.map { $0.value.map(\.key).sorted() }
  }

  /// A walk through the calls with the number of batch normalizations before each of them.
  private struct Depths {
    let layers: CalibratedLayers
    /// For a layer with several calls, that of its first one.
    var depthOf: [LayerAddress: Int] = [:]

    init(layers: CalibratedLayers) { self.layers = layers }

    /// - Returns: the depth of the deepest output.
    mutating func depth(of graph: Graph, below deepestInput: Int, prefix: [Int]) -> Int {
      var depths = [Int](repeating: deepestInput, count: graph.calls.count)
      let inputs = Set(graph.inputs.map(\.call))
      for (index, call) in graph.calls.enumerated() where !inputs.contains(index) {
        let before = call.inputs.map { depths[$0.call] }.max() ?? deepestInput
        let layer = graph.layers[call.layer]
        let address = LayerAddress(prefix + [call.layer])
        if layers.contains(address) {
          let depth = depthOf[address] ?? before + 1
          depthOf[address] = depth
          depths[index] = max(depth, before)
        } else if let body = layer.core.body {
          depths[index] = depth(of: body, below: before, prefix: address.indices)
        } else {
          depths[index] = before
        }
      }
      return graph.outputs.map { depths[$0.call] }.max() ?? deepestInput
    }
  }
}
